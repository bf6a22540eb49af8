// title:   What time is it?
// answers: The server's clock, as finely as it goes: when the store learns of what this transaction writes, or what a report
//          was asked of.
// column:  now datetime
RETURN datetime.realtime() AS now
