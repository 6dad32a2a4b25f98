"""The row fragment: which cell may be told to whom, with three truth values and no free expression.

One meaning in four engines: evaluate.py (read straight from the clauses), and formula.py compiled to
SQL, to z3 and, in tests, to Cedar. What is unknown (a null, a code outside its vocabulary) stays
undecided, and undecided is denied.
"""
