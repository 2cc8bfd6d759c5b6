"""How the product is brought up."""
