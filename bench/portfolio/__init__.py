"""A simulated base: customers over two years, with truths planted in it that reports and the back-test are to find."""
