"""The shape of what people write about communities and the people in them."""
