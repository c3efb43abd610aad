-- The parts of all figures: once for all of them, with an empty label, and once for each group.
WITH measures AS (
  SELECT m.repo, m.metric, m.incident_id, m.item, m.seconds, m.counts, m.assumed, m.inferred, m.state, t.kind
  FROM {{ source('pirgen', 'measures') }} AS m
  JOIN (SELECT DISTINCT metric, kind FROM {{ source('pirgen', 'targets') }} WHERE kind IS NOT NULL) AS t
    ON t.metric = m.metric
)
SELECT '' AS label, metric, kind, seconds, counts, assumed, inferred, state
FROM measures
UNION ALL
SELECT CONCAT('repo=', repo), metric, kind, seconds, counts, assumed, inferred, state
FROM measures
UNION ALL
SELECT CONCAT('severity=', COALESCE(i.severity, '')), m.metric, m.kind, m.seconds, m.counts, m.assumed, m.inferred, m.state
FROM measures AS m
JOIN {{ source('pirgen', 'incidents') }} AS i ON i.repo = m.repo AND i.incident_id = m.incident_id
UNION ALL
SELECT
  CONCAT('month=', COALESCE(SUBSTR(CAST(i.began_on AS {{ dbt.type_string() }}), 1, 7), '')),
  m.metric, m.kind, m.seconds, m.counts, m.assumed, m.inferred, m.state
FROM measures AS m
JOIN {{ source('pirgen', 'incidents') }} AS i ON i.repo = m.repo AND i.incident_id = m.incident_id
UNION ALL
SELECT CONCAT('service=', COALESCE(s.service, '')), m.metric, m.kind, m.seconds, m.counts, m.assumed, m.inferred, m.state
FROM measures AS m
LEFT JOIN {{ source('pirgen', 'incident_services') }} AS s ON s.repo = m.repo AND s.incident_id = m.incident_id
UNION ALL
SELECT CONCAT('owner=', COALESCE(a.owner, '')), m.metric, m.kind, m.seconds, m.counts, m.assumed, m.inferred, m.state
FROM measures AS m
JOIN {{ source('pirgen', 'actions') }} AS a ON a.repo = m.repo AND a.item = m.item
