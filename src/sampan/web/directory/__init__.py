"""The directory of posts: whom to call, printable, and readable offline once opened."""
