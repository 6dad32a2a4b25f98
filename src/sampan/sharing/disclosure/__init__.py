"""Disclosure control: what is suppressed beside a small count, and the attacker who tries to undo it.

Nothing here opens a store. Tables, released figures and ledgers come in as values and go out as values.
The rule is one number: `minimum` protects the counts 1 to minimum - 1. Zeros are data.
"""
