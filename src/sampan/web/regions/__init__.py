"""The region behind sign-in: what one post may see of it, in layers, with the silences told apart."""
