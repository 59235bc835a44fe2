extension EveryTable {
    static let deployments = [
        """
        INSERT INTO deployments (tenant_id, id, patch_id, plan, status, ring_count, requested_by)
        VALUES ($1, \(id("deployment")), md5('KB1')::uuid, '{}', 'completed', 1, 'every')
        """,
        """
        INSERT INTO deployment_rings (tenant_id, deployment_id, ring, name) VALUES ($1, \(id("deployment")), 0, 'All')
        """,
        """
        INSERT INTO deployment_counts (tenant_id, deployment_id, ring, has_failed)
        VALUES ($1, \(id("deployment")), 0, false)
        """,
        """
        INSERT INTO deployment_transitions (tenant_id, deployment_id, from_status, to_status, at, actor_kind)
        VALUES ($1, \(id("deployment")), 'running', 'completed', now(), 'server')
        """,
        """
        INSERT INTO deployment_approvals (tenant_id, deployment_id, person_id, person, agrees, revision)
        VALUES ($1, \(id("deployment")), \(id("user")), 'every', true, 1)
        """,
        """
        INSERT INTO patch_signing_keys (tenant_id, id, public_key, private_key)
        VALUES ($1, 'every', sha256('key'), sha256('sealed'))
        """,
    ]

    static let patchFiles = [
        """
        INSERT INTO patch_files (tenant_id, patch_id, name, tool, package, version, sha256, bytes, object_key, uploaded_by)
        VALUES ($1, md5('KB1')::uuid, 'every_1_all.deb', 'apt', 'every', '1', sha256('file'), 1, 'every', 'every')
        """,
        """
        INSERT INTO patch_logs (tenant_id, target_id, kind, attempt, bytes, object_key)
        SELECT tenant_id, id, 'install', 1, 1, 'every' FROM patch_deployments WHERE tenant_id = $1 LIMIT 1
        """,
        "INSERT INTO unused_objects (tenant_id, object_key, is_upload) VALUES ($1, 'every', true)",
        "INSERT INTO removed_tenants (id) VALUES (md5('gone')::uuid) ON CONFLICT DO NOTHING",
    ]

    static let prerequisites = [
        "INSERT INTO patch_prerequisites (kb_number, prerequisite) VALUES ('KB2', 'KB3') ON CONFLICT DO NOTHING"
    ]

    static let executors = [
        """
        INSERT INTO patch_jobs (tenant_id, target_id, kind, attempt, executor, device_id)
        SELECT $1, id, 'install', 1, 'webhook', 'every'
        FROM patch_deployments
        WHERE tenant_id = $1
        LIMIT 1
        """,
        """
        INSERT INTO patch_webhooks (tenant_id, url, callback_url, secret, updated_by)
        VALUES ($1, 'https://patches.example.com', 'https://garrison.example.com', sha256('sealed'), 'every')
        """,
    ]
}
