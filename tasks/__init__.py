"""What the flows do, step by step, and everything those steps stand on."""
