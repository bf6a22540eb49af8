"""The demo: a pipeline that really runs, a delivery that was really wrong, and the report of what it touched."""
