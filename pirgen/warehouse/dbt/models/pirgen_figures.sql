-- The figures of each group: what `pirgen report` counts, counted again from pirgen's own seconds and verdicts.
--
-- pirgen_parts has a row for each incident or action item that a figure asks about: the table `measures` with the `kind`
-- of the figure (mean, median or share) and the `label` of the group. This is plain SQL for any engine that has window
-- functions; `pirgen rollup` runs it, too.
WITH ended AS (
  SELECT
    label, metric, seconds,
    ROW_NUMBER() OVER (PARTITION BY label, metric ORDER BY seconds) AS place,
    COUNT(*) OVER (PARTITION BY label, metric) AS n
  FROM {{ ref('pirgen_parts') }}
  WHERE seconds IS NOT NULL AND state IS NULL
),
spread AS (
  SELECT
    label, metric,
    AVG(seconds) AS mean_seconds,
    MIN(CASE WHEN place * 10 >= n * 9 THEN seconds END) AS p90_seconds -- by nearest rank
  FROM ended
  GROUP BY label, metric
),
-- The median by Kaplan and Meier: a time with a state has not come to its end, and counts as the least that it takes.
steps AS (
  SELECT
    label, metric, seconds,
    SUM(CASE WHEN state IS NULL THEN 1 ELSE 0 END) AS ends,
    COUNT(*) AS times
  FROM {{ ref('pirgen_parts') }}
  WHERE seconds IS NOT NULL
  GROUP BY label, metric, seconds
),
watched AS (
  SELECT
    label, metric, seconds, ends,
    SUM(times) OVER (
      PARTITION BY label, metric ORDER BY seconds DESC ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    ) AS still
  FROM steps
),
surviving AS (
  SELECT
    label, metric, seconds, ends,
    EXP(SUM(CASE WHEN ends = 0 THEN 0.0 WHEN ends < still THEN LN(1.0 - CAST(ends AS DOUBLE) / still) ELSE -1000.0 END)
      OVER (PARTITION BY label, metric ORDER BY seconds ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)) AS share
  FROM watched
),
reached AS (
  SELECT
    label, metric,
    MIN(CASE WHEN ABS(share - 0.5) <= 0.000000001 THEN seconds END) AS half,
    MIN(CASE WHEN share < 0.499999999 THEN seconds END) AS below
  FROM surviving
  WHERE ends > 0
  GROUP BY label, metric
),
counted AS (
  SELECT
    label, metric,
    SUM(CASE WHEN kind = 'share' AND counts IS NOT NULL THEN 1
             WHEN kind <> 'share' AND seconds IS NOT NULL AND state IS NULL THEN 1 ELSE 0 END) AS n,
    SUM(CASE WHEN kind = 'share' AND counts IS NULL AND state IS NULL THEN 1
             WHEN kind <> 'share' AND seconds IS NULL THEN 1 ELSE 0 END) AS missing,
    SUM(CASE WHEN assumed AND (kind <> 'share' OR counts IS NOT NULL) THEN 1 ELSE 0 END) AS assumed,
    SUM(CASE WHEN inferred AND (kind <> 'share' OR counts IS NOT NULL) THEN 1 ELSE 0 END) AS inferred,
    SUM(CASE WHEN counts THEN 1 ELSE 0 END) AS done
  FROM {{ ref('pirgen_parts') }}
  GROUP BY label, metric
)
SELECT
  counted.label, counted.metric, counted.n, counted.missing, counted.assumed, counted.inferred, counted.done,
  COALESCE((reached.half + reached.below) / 2, reached.half, reached.below) AS median_seconds,
  spread.p90_seconds, spread.mean_seconds
FROM counted
LEFT JOIN spread ON spread.label = counted.label AND spread.metric = counted.metric
LEFT JOIN reached ON reached.label = counted.label AND reached.metric = counted.metric
ORDER BY counted.label, counted.metric
