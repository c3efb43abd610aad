-- How many parts of a figure are in which state that people are told beside it.
SELECT label, metric, state, COUNT(*) AS parts
FROM {{ ref('pirgen_parts') }}
WHERE state IS NOT NULL AND (kind = 'share' OR seconds IS NOT NULL)
GROUP BY label, metric, state
ORDER BY label, metric, state
