-- One row per allowance payment that reached its person: the subjects of allowance rules.
SELECT a.*, m.month, m.first_day, m.last_day
FROM allowances a
JOIN months m ON m.period = a.period
WHERE a.amount > 0 AND coalesce(a.status, '成功') = '成功'
