"""What a contract manager sees in the Prefect UI. Order, retries, waiting; no decisions."""
