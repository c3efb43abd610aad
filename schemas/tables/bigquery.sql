-- The tables of `pirgen export --format parquet` for bigquery; put the place of your folder in.

CREATE EXTERNAL TABLE pirgen.runs (
  `run_id` STRING,
  `schema_version` INT64,
  `pirgen_version` STRING,
  `as_of` TIMESTAMP,
  `revision` STRING,
  `head` STRING,
  `root` STRING,
  `config_digest` STRING,
  `timezone` STRING,
  `enough` INT64,
  `shallow` BOOL,
  `forecast` BOOL,
  `uncommitted` BOOL,
  `clocks_adjusted` INT64,
  `revisions_unreadable` INT64,
  `files_shadowed` INT64,
  `folders_left_out` INT64,
  `prose` BOOL,
  `authors` BOOL
) WITH PARTITION COLUMNS (repo STRING) OPTIONS (
  format = 'PARQUET',
  uris = ['gs://your-bucket/tables/runs/*.parquet'],
  hive_partition_uri_prefix = 'gs://your-bucket/tables/runs'
);

CREATE EXTERNAL TABLE pirgen.incidents (
  `run_id` STRING,
  `incident_id` STRING,
  `title` STRING,
  `severity` STRING,
  `type` STRING,
  `status` STRING,
  `began_on` DATE,
  `started_at` TIMESTAMP,
  `detected_at` TIMESTAMP,
  `acknowledged_at` TIMESTAMP,
  `identified_at` TIMESTAMP,
  `mitigated_at` TIMESTAMP,
  `resolved_at` TIMESTAMP,
  `time_to_detect_seconds` FLOAT64,
  `time_to_detect_assumed` BOOL,
  `time_to_detect_inferred` BOOL,
  `time_to_acknowledge_seconds` FLOAT64,
  `time_to_acknowledge_assumed` BOOL,
  `time_to_acknowledge_inferred` BOOL,
  `time_to_mitigate_seconds` FLOAT64,
  `time_to_mitigate_assumed` BOOL,
  `time_to_mitigate_inferred` BOOL,
  `time_to_resolve_seconds` FLOAT64,
  `time_to_resolve_assumed` BOOL,
  `time_to_resolve_inferred` BOOL,
  `review_required` BOOL,
  `review_status` STRING,
  `reviewed` BOOL,
  `review_due` DATE,
  `review_days_late` INT64,
  `review_completed_at` TIMESTAMP,
  `review_commit` STRING,
  `review_url` STRING
) WITH PARTITION COLUMNS (repo STRING) OPTIONS (
  format = 'PARQUET',
  uris = ['gs://your-bucket/tables/incidents/*.parquet'],
  hive_partition_uri_prefix = 'gs://your-bucket/tables/incidents'
);

CREATE EXTERNAL TABLE pirgen.open_incidents (
  `run_id` STRING,
  `incident_id` STRING,
  `title` STRING,
  `severity` STRING,
  `type` STRING,
  `opened_at` TIMESTAMP,
  `open_minutes` FLOAT64,
  `acknowledged_at` TIMESTAMP,
  `acknowledged_minutes` FLOAT64,
  `response_minutes` FLOAT64,
  `respond_by` TIMESTAMP,
  `response_left_minutes` FLOAT64,
  `resolve_by` TIMESTAMP,
  `resolution_left_minutes` FLOAT64,
  `update_by` TIMESTAMP,
  `update_left_minutes` FLOAT64,
  `roles` STRING,
  `urgency` INT64
) WITH PARTITION COLUMNS (repo STRING) OPTIONS (
  format = 'PARQUET',
  uris = ['gs://your-bucket/tables/open_incidents/*.parquet'],
  hive_partition_uri_prefix = 'gs://your-bucket/tables/open_incidents'
);

CREATE EXTERNAL TABLE pirgen.incident_services (
  `run_id` STRING,
  `incident_id` STRING,
  `service` STRING
) WITH PARTITION COLUMNS (repo STRING) OPTIONS (
  format = 'PARQUET',
  uris = ['gs://your-bucket/tables/incident_services/*.parquet'],
  hive_partition_uri_prefix = 'gs://your-bucket/tables/incident_services'
);

CREATE EXTERNAL TABLE pirgen.milestones (
  `run_id` STRING,
  `incident_id` STRING,
  `milestone` STRING,
  `reached_at` TIMESTAMP,
  `inferred` BOOL,
  `approximate` BOOL
) WITH PARTITION COLUMNS (repo STRING) OPTIONS (
  format = 'PARQUET',
  uris = ['gs://your-bucket/tables/milestones/*.parquet'],
  hive_partition_uri_prefix = 'gs://your-bucket/tables/milestones'
);

CREATE EXTERNAL TABLE pirgen.actions (
  `run_id` STRING,
  `item` INT64,
  `incident_id` STRING,
  `action_id` STRING,
  `severity` STRING,
  `action` STRING,
  `owner` STRING,
  `status` STRING,
  `proof` STRING,
  `due` DATE,
  `first_due` DATE,
  `slips` INT64,
  `slipped_days` INT64,
  `reopened` INT64,
  `opened_at` TIMESTAMP,
  `commit` STRING,
  `days_late` INT64,
  `age_days` INT64,
  `is_open` BOOL,
  `closed_at` TIMESTAMP,
  `closed_commit` STRING,
  `declined_at` TIMESTAMP,
  `declined_commit` STRING,
  `removed_at` TIMESTAMP,
  `removed_commit` STRING,
  `completed_on` DATE,
  `issue` STRING
) WITH PARTITION COLUMNS (repo STRING) OPTIONS (
  format = 'PARQUET',
  uris = ['gs://your-bucket/tables/actions/*.parquet'],
  hive_partition_uri_prefix = 'gs://your-bucket/tables/actions'
);

CREATE EXTERNAL TABLE pirgen.facts (
  `run_id` STRING,
  `fact` INT64,
  `occurred_at` TIMESTAMP,
  `commit` STRING,
  `author` STRING,
  `path` STRING,
  `incident_id` STRING,
  `action_id` STRING,
  `event` STRING,
  `status_before` STRING,
  `owner_before` STRING,
  `due_before` DATE,
  `severity_before` STRING,
  `incident_id_before` STRING,
  `action_id_before` STRING,
  `status_after` STRING,
  `owner_after` STRING,
  `due_after` DATE,
  `severity_after` STRING,
  `incident_id_after` STRING,
  `action_id_after` STRING
) WITH PARTITION COLUMNS (repo STRING) OPTIONS (
  format = 'PARQUET',
  uris = ['gs://your-bucket/tables/facts/*.parquet'],
  hive_partition_uri_prefix = 'gs://your-bucket/tables/facts'
);

CREATE EXTERNAL TABLE pirgen.measures (
  `run_id` STRING,
  `metric` STRING,
  `incident_id` STRING,
  `item` INT64,
  `seconds` FLOAT64,
  `counts` BOOL,
  `assumed` BOOL,
  `inferred` BOOL,
  `state` STRING
) WITH PARTITION COLUMNS (repo STRING) OPTIONS (
  format = 'PARQUET',
  uris = ['gs://your-bucket/tables/measures/*.parquet'],
  hive_partition_uri_prefix = 'gs://your-bucket/tables/measures'
);

CREATE EXTERNAL TABLE pirgen.targets (
  `run_id` STRING,
  `metric` STRING,
  `severity` STRING,
  `kind` STRING,
  `definition` STRING,
  `seconds` FLOAT64,
  `percent` FLOAT64
) WITH PARTITION COLUMNS (repo STRING) OPTIONS (
  format = 'PARQUET',
  uris = ['gs://your-bucket/tables/targets/*.parquet'],
  hive_partition_uri_prefix = 'gs://your-bucket/tables/targets'
);
