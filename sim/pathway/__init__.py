"""What happens to a patient next. The only place that knows medicine; knows no clock, no queue."""
