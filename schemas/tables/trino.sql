-- The tables of `pirgen export --format parquet` for trino; put the place of your folder in.

CREATE TABLE pirgen.runs (
  "run_id" VARCHAR,
  "schema_version" BIGINT,
  "pirgen_version" VARCHAR,
  "as_of" TIMESTAMP(6),
  "revision" VARCHAR,
  "head" VARCHAR,
  "root" VARCHAR,
  "config_digest" VARCHAR,
  "timezone" VARCHAR,
  "enough" BIGINT,
  "shallow" BOOLEAN,
  "forecast" BOOLEAN,
  "uncommitted" BOOLEAN,
  "clocks_adjusted" BIGINT,
  "revisions_unreadable" BIGINT,
  "files_shadowed" BIGINT,
  "folders_left_out" BIGINT,
  "prose" BOOLEAN,
  "authors" BOOLEAN,
  "repo" VARCHAR
) WITH (
  external_location = 's3://your-bucket/tables/runs',
  format = 'PARQUET',
  partitioned_by = ARRAY['repo']
);

CREATE TABLE pirgen.incidents (
  "run_id" VARCHAR,
  "incident_id" VARCHAR,
  "title" VARCHAR,
  "severity" VARCHAR,
  "type" VARCHAR,
  "status" VARCHAR,
  "began_on" DATE,
  "started_at" TIMESTAMP(6),
  "detected_at" TIMESTAMP(6),
  "acknowledged_at" TIMESTAMP(6),
  "identified_at" TIMESTAMP(6),
  "mitigated_at" TIMESTAMP(6),
  "resolved_at" TIMESTAMP(6),
  "time_to_detect_seconds" DOUBLE,
  "time_to_detect_assumed" BOOLEAN,
  "time_to_detect_inferred" BOOLEAN,
  "time_to_acknowledge_seconds" DOUBLE,
  "time_to_acknowledge_assumed" BOOLEAN,
  "time_to_acknowledge_inferred" BOOLEAN,
  "time_to_mitigate_seconds" DOUBLE,
  "time_to_mitigate_assumed" BOOLEAN,
  "time_to_mitigate_inferred" BOOLEAN,
  "time_to_resolve_seconds" DOUBLE,
  "time_to_resolve_assumed" BOOLEAN,
  "time_to_resolve_inferred" BOOLEAN,
  "review_required" BOOLEAN,
  "review_status" VARCHAR,
  "reviewed" BOOLEAN,
  "review_due" DATE,
  "review_days_late" BIGINT,
  "review_completed_at" TIMESTAMP(6),
  "review_commit" VARCHAR,
  "review_url" VARCHAR,
  "repo" VARCHAR
) WITH (
  external_location = 's3://your-bucket/tables/incidents',
  format = 'PARQUET',
  partitioned_by = ARRAY['repo']
);

CREATE TABLE pirgen.open_incidents (
  "run_id" VARCHAR,
  "incident_id" VARCHAR,
  "title" VARCHAR,
  "severity" VARCHAR,
  "type" VARCHAR,
  "opened_at" TIMESTAMP(6),
  "open_minutes" DOUBLE,
  "acknowledged_at" TIMESTAMP(6),
  "acknowledged_minutes" DOUBLE,
  "response_minutes" DOUBLE,
  "respond_by" TIMESTAMP(6),
  "response_left_minutes" DOUBLE,
  "resolve_by" TIMESTAMP(6),
  "resolution_left_minutes" DOUBLE,
  "update_by" TIMESTAMP(6),
  "update_left_minutes" DOUBLE,
  "roles" VARCHAR,
  "urgency" BIGINT,
  "repo" VARCHAR
) WITH (
  external_location = 's3://your-bucket/tables/open_incidents',
  format = 'PARQUET',
  partitioned_by = ARRAY['repo']
);

CREATE TABLE pirgen.incident_services (
  "run_id" VARCHAR,
  "incident_id" VARCHAR,
  "service" VARCHAR,
  "repo" VARCHAR
) WITH (
  external_location = 's3://your-bucket/tables/incident_services',
  format = 'PARQUET',
  partitioned_by = ARRAY['repo']
);

CREATE TABLE pirgen.milestones (
  "run_id" VARCHAR,
  "incident_id" VARCHAR,
  "milestone" VARCHAR,
  "reached_at" TIMESTAMP(6),
  "inferred" BOOLEAN,
  "approximate" BOOLEAN,
  "repo" VARCHAR
) WITH (
  external_location = 's3://your-bucket/tables/milestones',
  format = 'PARQUET',
  partitioned_by = ARRAY['repo']
);

CREATE TABLE pirgen.actions (
  "run_id" VARCHAR,
  "item" BIGINT,
  "incident_id" VARCHAR,
  "action_id" VARCHAR,
  "severity" VARCHAR,
  "action" VARCHAR,
  "owner" VARCHAR,
  "status" VARCHAR,
  "proof" VARCHAR,
  "due" DATE,
  "first_due" DATE,
  "slips" BIGINT,
  "slipped_days" BIGINT,
  "reopened" BIGINT,
  "opened_at" TIMESTAMP(6),
  "commit" VARCHAR,
  "days_late" BIGINT,
  "age_days" BIGINT,
  "is_open" BOOLEAN,
  "closed_at" TIMESTAMP(6),
  "closed_commit" VARCHAR,
  "declined_at" TIMESTAMP(6),
  "declined_commit" VARCHAR,
  "removed_at" TIMESTAMP(6),
  "removed_commit" VARCHAR,
  "completed_on" DATE,
  "issue" VARCHAR,
  "repo" VARCHAR
) WITH (
  external_location = 's3://your-bucket/tables/actions',
  format = 'PARQUET',
  partitioned_by = ARRAY['repo']
);

CREATE TABLE pirgen.facts (
  "run_id" VARCHAR,
  "fact" BIGINT,
  "occurred_at" TIMESTAMP(6),
  "commit" VARCHAR,
  "author" VARCHAR,
  "path" VARCHAR,
  "incident_id" VARCHAR,
  "action_id" VARCHAR,
  "event" VARCHAR,
  "status_before" VARCHAR,
  "owner_before" VARCHAR,
  "due_before" DATE,
  "severity_before" VARCHAR,
  "incident_id_before" VARCHAR,
  "action_id_before" VARCHAR,
  "status_after" VARCHAR,
  "owner_after" VARCHAR,
  "due_after" DATE,
  "severity_after" VARCHAR,
  "incident_id_after" VARCHAR,
  "action_id_after" VARCHAR,
  "repo" VARCHAR
) WITH (
  external_location = 's3://your-bucket/tables/facts',
  format = 'PARQUET',
  partitioned_by = ARRAY['repo']
);

CREATE TABLE pirgen.measures (
  "run_id" VARCHAR,
  "metric" VARCHAR,
  "incident_id" VARCHAR,
  "item" BIGINT,
  "seconds" DOUBLE,
  "counts" BOOLEAN,
  "assumed" BOOLEAN,
  "inferred" BOOLEAN,
  "state" VARCHAR,
  "repo" VARCHAR
) WITH (
  external_location = 's3://your-bucket/tables/measures',
  format = 'PARQUET',
  partitioned_by = ARRAY['repo']
);

CREATE TABLE pirgen.targets (
  "run_id" VARCHAR,
  "metric" VARCHAR,
  "severity" VARCHAR,
  "kind" VARCHAR,
  "definition" VARCHAR,
  "seconds" DOUBLE,
  "percent" DOUBLE,
  "repo" VARCHAR
) WITH (
  external_location = 's3://your-bucket/tables/targets',
  format = 'PARQUET',
  partitioned_by = ARRAY['repo']
);
