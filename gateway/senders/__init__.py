"""Who may send what, and how a caller proves who it is: tokens and signatures."""
