"""Documents as HTML, and the answer form."""
