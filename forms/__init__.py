"""What people send us and how we read it. Knows neither the registry nor Prefect."""
