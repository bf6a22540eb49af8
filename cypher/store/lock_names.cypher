// title:   Write names that are not of graphprov's making, one writer at a time
// answers: Who wrote such names last; holds all others back until this transaction ends.
// param:   writer  string or null
// column:  before  string
MERGE (l:GraphprovLock {on: 'names'})
SET l.held = true
WITH l, l.writer AS before
SET l.writer = coalesce($writer, 'somebody')
RETURN before
