// title:   What time is it?
// answers: The server's clock at the begin of this transaction: when the store learns of what the transaction writes.
// column:  now datetime
RETURN datetime.transaction() AS now
