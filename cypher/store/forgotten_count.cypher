// title:   How many things were forgotten?
// column:  count integer
MATCH (n:Forgotten) RETURN count(n) AS count
