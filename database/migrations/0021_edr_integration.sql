BEGIN;

-- Every table keeps its published key, id. UNIQUE (tenant_id, id) beside it lets a second foreign
-- key hold each row to a parent of its own tenant, which the published one alone would not.

CREATE TABLE edr_devices (
    id uuid PRIMARY KEY DEFAULT uuid_v7(),
    tenant_id uuid NOT NULL REFERENCES tenants ON DELETE CASCADE,
    microsoft_device_id text NOT NULL,
    device_name text NOT NULL,
    operating_system text,
    os_version text,
    primary_user text,
    defender_health_status text,
    risk_score double precision CHECK (risk_score BETWEEN 0 AND 100),
    exposure_level text,
    intune_compliance_state text,
    intune_enrollment_status text,
    last_seen_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (tenant_id, microsoft_device_id),
    UNIQUE (tenant_id, id)
);
COMMENT ON TABLE edr_devices IS 'A device as Microsoft Defender for Endpoint and Intune know it.';
COMMENT ON COLUMN edr_devices.id IS 'Garrison''s id of the device.';
COMMENT ON COLUMN edr_devices.tenant_id IS 'Whose device it is.';
COMMENT ON COLUMN edr_devices.microsoft_device_id IS 'Defender''s machine id; unique in the tenant.';
COMMENT ON COLUMN edr_devices.device_name IS 'Name as Microsoft reports it.';
COMMENT ON COLUMN edr_devices.operating_system IS 'Windows11, macOS, Ubuntu, … as Microsoft writes it.';
COMMENT ON COLUMN edr_devices.os_version IS 'Version or build.';
COMMENT ON COLUMN edr_devices.primary_user IS 'User principal name of the primary user.';
COMMENT ON COLUMN edr_devices.defender_health_status IS 'Defender''s sensor health: Active, Inactive, ImpairedCommunication, …';
COMMENT ON COLUMN edr_devices.risk_score IS '0 to 100.';
COMMENT ON COLUMN edr_devices.exposure_level IS 'Defender''s exposure level: None, Low, Medium, High.';
COMMENT ON COLUMN edr_devices.intune_compliance_state IS 'compliant, noncompliant, inGracePeriod, unknown, …';
COMMENT ON COLUMN edr_devices.intune_enrollment_status IS 'Whether and how Intune manages it.';
COMMENT ON COLUMN edr_devices.last_seen_at IS 'When Microsoft last heard from it.';
COMMENT ON COLUMN edr_devices.created_at IS 'When Garrison first stored it.';
COMMENT ON COLUMN edr_devices.updated_at IS 'When Garrison last changed it.';
CREATE INDEX edr_devices_tenant_id_idx ON edr_devices (tenant_id);
CREATE INDEX edr_devices_risk_score_idx ON edr_devices (tenant_id, risk_score DESC);
CREATE INDEX edr_devices_last_seen_at_idx ON edr_devices (tenant_id, last_seen_at DESC);
CREATE INDEX edr_devices_health_idx ON edr_devices (tenant_id, defender_health_status);
CREATE INDEX edr_devices_compliance_idx ON edr_devices (tenant_id, intune_compliance_state);

CREATE TABLE edr_alerts (
    id uuid PRIMARY KEY DEFAULT uuid_v7(),
    tenant_id uuid NOT NULL REFERENCES tenants ON DELETE CASCADE,
    device_id uuid NOT NULL REFERENCES edr_devices (id) ON DELETE CASCADE,
    microsoft_alert_id text NOT NULL,
    threat_type text,
    threat_name text,
    severity text,
    status text,
    description text,
    detected_at timestamptz NOT NULL DEFAULT now(),
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (tenant_id, microsoft_alert_id),
    CONSTRAINT edr_alerts_same_tenant
        FOREIGN KEY (tenant_id, device_id) REFERENCES edr_devices (tenant_id, id) ON DELETE CASCADE
);
COMMENT ON TABLE edr_alerts IS 'An alert that Defender raised on a device.';
COMMENT ON COLUMN edr_alerts.id IS 'Garrison''s id of the alert.';
COMMENT ON COLUMN edr_alerts.tenant_id IS 'Whose alert it is.';
COMMENT ON COLUMN edr_alerts.device_id IS 'The device; its alerts go with it.';
COMMENT ON COLUMN edr_alerts.microsoft_alert_id IS 'Defender''s alert id; unique in the tenant.';
COMMENT ON COLUMN edr_alerts.threat_type IS 'Category: Malware, Ransomware, SuspiciousActivity, …';
COMMENT ON COLUMN edr_alerts.threat_name IS 'Name of the threat family, where there is one.';
COMMENT ON COLUMN edr_alerts.severity IS 'As Microsoft writes it: Informational, Low, Medium, High.';
COMMENT ON COLUMN edr_alerts.status IS 'As Microsoft writes it: New, InProgress, Resolved.';
COMMENT ON COLUMN edr_alerts.description IS 'Microsoft''s text.';
COMMENT ON COLUMN edr_alerts.detected_at IS 'When Defender detected it.';
COMMENT ON COLUMN edr_alerts.created_at IS 'When Garrison first stored it.';
COMMENT ON COLUMN edr_alerts.updated_at IS 'When Garrison last changed it.';
CREATE INDEX edr_alerts_tenant_id_idx ON edr_alerts (tenant_id);
CREATE INDEX edr_alerts_device_id_idx ON edr_alerts (device_id, detected_at DESC);
CREATE INDEX edr_alerts_device_tenant_idx ON edr_alerts (tenant_id, device_id);
CREATE INDEX edr_alerts_detected_at_idx ON edr_alerts (tenant_id, detected_at DESC);
CREATE INDEX edr_alerts_severity_idx ON edr_alerts (tenant_id, severity);
CREATE INDEX edr_alerts_status_idx ON edr_alerts (tenant_id, status);

CREATE TABLE edr_vulnerabilities (
    id uuid PRIMARY KEY DEFAULT uuid_v7(),
    tenant_id uuid NOT NULL REFERENCES tenants ON DELETE CASCADE,
    cve_id text NOT NULL,
    severity text,
    cvss_score double precision CHECK (cvss_score BETWEEN 0.0 AND 10.0),
    exploitability text,
    description text,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (tenant_id, cve_id),
    UNIQUE (tenant_id, id)
);
COMMENT ON TABLE edr_vulnerabilities IS 'A vulnerability that Defender Vulnerability Management reports for the tenant.';
COMMENT ON COLUMN edr_vulnerabilities.id IS 'Garrison''s id of the row.';
COMMENT ON COLUMN edr_vulnerabilities.tenant_id IS 'For whom it was reported.';
COMMENT ON COLUMN edr_vulnerabilities.cve_id IS 'CVE id; unique in the tenant.';
COMMENT ON COLUMN edr_vulnerabilities.severity IS 'As Microsoft writes it: Low, Medium, High, Critical.';
COMMENT ON COLUMN edr_vulnerabilities.cvss_score IS '0.0 to 10.0, as Microsoft reports it.';
COMMENT ON COLUMN edr_vulnerabilities.exploitability IS 'Microsoft''s word on known exploits.';
COMMENT ON COLUMN edr_vulnerabilities.description IS 'Microsoft''s text.';
COMMENT ON COLUMN edr_vulnerabilities.created_at IS 'When Garrison first stored it.';
COMMENT ON COLUMN edr_vulnerabilities.updated_at IS 'When Garrison last changed it.';
CREATE INDEX edr_vulnerabilities_tenant_id_idx ON edr_vulnerabilities (tenant_id);
CREATE INDEX edr_vulnerabilities_cve_id_idx ON edr_vulnerabilities (cve_id);
CREATE INDEX edr_vulnerabilities_severity_idx ON edr_vulnerabilities (tenant_id, severity);
CREATE INDEX edr_vulnerabilities_cvss_score_idx ON edr_vulnerabilities (tenant_id, cvss_score DESC);
CREATE INDEX edr_vulnerabilities_created_at_idx ON edr_vulnerabilities (tenant_id, created_at DESC);

CREATE TABLE edr_device_vulnerabilities (
    device_id uuid NOT NULL REFERENCES edr_devices (id) ON DELETE CASCADE,
    vulnerability_id uuid NOT NULL REFERENCES edr_vulnerabilities (id) ON DELETE CASCADE,
    tenant_id uuid NOT NULL REFERENCES tenants ON DELETE CASCADE,
    detected_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (device_id, vulnerability_id),
    CONSTRAINT edr_device_vulnerabilities_same_tenant_device
        FOREIGN KEY (tenant_id, device_id) REFERENCES edr_devices (tenant_id, id) ON DELETE CASCADE,
    CONSTRAINT edr_device_vulnerabilities_same_tenant_vulnerability
        FOREIGN KEY (tenant_id, vulnerability_id) REFERENCES edr_vulnerabilities (tenant_id, id) ON DELETE CASCADE
);
COMMENT ON TABLE edr_device_vulnerabilities IS 'Which device has which vulnerability.';
COMMENT ON COLUMN edr_device_vulnerabilities.device_id IS 'The device; the row goes with it.';
COMMENT ON COLUMN edr_device_vulnerabilities.vulnerability_id IS 'The vulnerability; the row goes with it.';
COMMENT ON COLUMN edr_device_vulnerabilities.tenant_id IS 'Tenant of both.';
COMMENT ON COLUMN edr_device_vulnerabilities.detected_at IS 'When Microsoft first saw it on the device.';
CREATE INDEX edr_device_vulnerabilities_tenant_device_idx ON edr_device_vulnerabilities (tenant_id, device_id);
CREATE INDEX edr_device_vulnerabilities_tenant_vulnerability_idx
    ON edr_device_vulnerabilities (tenant_id, vulnerability_id);
CREATE INDEX edr_device_vulnerabilities_vulnerability_id_idx ON edr_device_vulnerabilities (vulnerability_id);
CREATE INDEX edr_device_vulnerabilities_detected_at_idx ON edr_device_vulnerabilities (tenant_id, detected_at DESC);

CREATE TABLE edr_compliance (
    id uuid PRIMARY KEY DEFAULT uuid_v7(),
    tenant_id uuid NOT NULL REFERENCES tenants ON DELETE CASCADE,
    device_id uuid NOT NULL REFERENCES edr_devices (id) ON DELETE CASCADE,
    compliance_state text,
    security_baseline_status text,
    failed_rules jsonb NOT NULL DEFAULT '[]',
    required_apps_status jsonb NOT NULL DEFAULT '{}',
    checked_at timestamptz NOT NULL DEFAULT now(),
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (tenant_id, device_id),
    CONSTRAINT edr_compliance_same_tenant
        FOREIGN KEY (tenant_id, device_id) REFERENCES edr_devices (tenant_id, id) ON DELETE CASCADE
);
COMMENT ON TABLE edr_compliance IS 'Intune''s latest verdict on a device.';
COMMENT ON COLUMN edr_compliance.id IS 'Garrison''s id of the row.';
COMMENT ON COLUMN edr_compliance.tenant_id IS 'Tenant of the device.';
COMMENT ON COLUMN edr_compliance.device_id IS 'The device; one row each, and it goes with it.';
COMMENT ON COLUMN edr_compliance.compliance_state IS 'compliant, noncompliant, inGracePeriod, unknown, …';
COMMENT ON COLUMN edr_compliance.security_baseline_status IS 'State of the assigned security baseline.';
COMMENT ON COLUMN edr_compliance.failed_rules IS 'The policy rules that failed, as an array.';
COMMENT ON COLUMN edr_compliance.required_apps_status IS 'State of each required application.';
COMMENT ON COLUMN edr_compliance.checked_at IS 'When Intune evaluated it.';
COMMENT ON COLUMN edr_compliance.created_at IS 'When Garrison first stored it.';
COMMENT ON COLUMN edr_compliance.updated_at IS 'When Garrison last changed it.';
CREATE INDEX edr_compliance_tenant_id_idx ON edr_compliance (tenant_id);
CREATE INDEX edr_compliance_device_id_idx ON edr_compliance (device_id);
CREATE INDEX edr_compliance_state_idx ON edr_compliance (tenant_id, compliance_state);
CREATE INDEX edr_compliance_checked_at_idx ON edr_compliance (tenant_id, checked_at DESC);

CREATE TABLE edr_actions (
    id uuid PRIMARY KEY DEFAULT uuid_v7(),
    tenant_id uuid NOT NULL REFERENCES tenants ON DELETE CASCADE,
    device_id uuid NOT NULL REFERENCES edr_devices (id) ON DELETE CASCADE,
    user_id uuid NOT NULL REFERENCES users (id) ON DELETE NO ACTION,
    action_type text NOT NULL CHECK (action_type IN ('isolate', 'unisolate', 'scan', 'resolve_alert')),
    status text NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'in_progress', 'completed', 'failed')),
    result_message text,
    initiated_at timestamptz NOT NULL DEFAULT now(),
    completed_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT edr_actions_same_tenant_device
        FOREIGN KEY (tenant_id, device_id) REFERENCES edr_devices (tenant_id, id) ON DELETE CASCADE,
    CONSTRAINT edr_actions_same_tenant_user
        FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id) ON DELETE NO ACTION
);
COMMENT ON TABLE edr_actions IS 'What a person had done to a device through Microsoft.';
COMMENT ON COLUMN edr_actions.id IS 'Garrison''s id of the action.';
COMMENT ON COLUMN edr_actions.tenant_id IS 'Tenant of device and user.';
COMMENT ON COLUMN edr_actions.device_id IS 'The device; its actions go with it.';
COMMENT ON COLUMN edr_actions.user_id IS 'Who asked; a user who has actions cannot be deleted, so that the trail stays.';
COMMENT ON COLUMN edr_actions.action_type IS 'isolate, unisolate, scan or resolve_alert.';
COMMENT ON COLUMN edr_actions.status IS 'pending, in_progress, completed or failed.';
COMMENT ON COLUMN edr_actions.result_message IS 'What Microsoft answered.';
COMMENT ON COLUMN edr_actions.initiated_at IS 'When it was asked for.';
COMMENT ON COLUMN edr_actions.completed_at IS 'When it ended, either way.';
COMMENT ON COLUMN edr_actions.created_at IS 'When Garrison stored it.';
CREATE INDEX edr_actions_tenant_id_idx ON edr_actions (tenant_id);
CREATE INDEX edr_actions_device_id_idx ON edr_actions (device_id);
CREATE INDEX edr_actions_device_tenant_idx ON edr_actions (tenant_id, device_id);
CREATE INDEX edr_actions_user_id_idx ON edr_actions (user_id);
CREATE INDEX edr_actions_user_tenant_idx ON edr_actions (tenant_id, user_id);
CREATE INDEX edr_actions_status_idx ON edr_actions (tenant_id, status);
CREATE INDEX edr_actions_action_type_idx ON edr_actions (tenant_id, action_type);
CREATE INDEX edr_actions_initiated_at_idx ON edr_actions (tenant_id, initiated_at DESC);

CREATE TABLE edr_posture_scores (
    id uuid PRIMARY KEY DEFAULT uuid_v7(),
    tenant_id uuid NOT NULL REFERENCES tenants ON DELETE CASCADE,
    score double precision NOT NULL CHECK (score BETWEEN 0 AND 100),
    device_count int NOT NULL DEFAULT 0,
    high_risk_device_count int NOT NULL DEFAULT 0,
    active_alert_count int NOT NULL DEFAULT 0,
    critical_vulnerability_count int NOT NULL DEFAULT 0,
    non_compliant_device_count int NOT NULL DEFAULT 0,
    calculated_at timestamptz NOT NULL DEFAULT now(),
    created_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE edr_posture_scores IS 'The tenant''s posture over its Microsoft devices, each time it was calculated.';
COMMENT ON COLUMN edr_posture_scores.id IS 'Garrison''s id of the row.';
COMMENT ON COLUMN edr_posture_scores.tenant_id IS 'Whose posture it is.';
COMMENT ON COLUMN edr_posture_scores.score IS '0 to 100; higher is better.';
COMMENT ON COLUMN edr_posture_scores.device_count IS 'Devices that went into it.';
COMMENT ON COLUMN edr_posture_scores.high_risk_device_count IS 'Devices with a risk score over 70.';
COMMENT ON COLUMN edr_posture_scores.active_alert_count IS 'Alerts not yet resolved.';
COMMENT ON COLUMN edr_posture_scores.critical_vulnerability_count IS 'Critical vulnerabilities on at least one device.';
COMMENT ON COLUMN edr_posture_scores.non_compliant_device_count IS 'Devices that Intune finds non-compliant.';
COMMENT ON COLUMN edr_posture_scores.calculated_at IS 'The moment it describes.';
COMMENT ON COLUMN edr_posture_scores.created_at IS 'When Garrison stored it.';
CREATE INDEX edr_posture_scores_tenant_id_idx ON edr_posture_scores (tenant_id);
CREATE INDEX edr_posture_scores_calculated_at_idx ON edr_posture_scores (tenant_id, calculated_at DESC);

DO $$
DECLARE
    target text;
BEGIN
    FOREACH target IN ARRAY ARRAY[
        'edr_devices', 'edr_alerts', 'edr_vulnerabilities', 'edr_device_vulnerabilities', 'edr_compliance',
        'edr_actions', 'edr_posture_scores'
    ] LOOP
        PERFORM isolate_tenant(target);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO garrison_app', target);
    END LOOP;
    FOREACH target IN ARRAY ARRAY['edr_devices', 'edr_alerts', 'edr_vulnerabilities', 'edr_compliance'] LOOP
        EXECUTE format(
            'CREATE TRIGGER set_updated_at BEFORE UPDATE ON %I FOR EACH ROW EXECUTE FUNCTION set_updated_at()',
            target);
    END LOOP;
END
$$;

COMMIT;
