// title:   Write all to the database's files, and drop the transaction logs that are not needed any more
CALL db.checkpoint()
