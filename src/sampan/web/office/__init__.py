"""The pages behind sign-in."""
