"""The versions, one file each. What a file says is never changed once it was released: a database may be at any of them."""
