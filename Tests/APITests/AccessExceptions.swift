/// Where routes differ from the rule, and why. A new exception is a decision, so it is made here.
enum AccessExceptions {
    /// Routes that anybody may ask.
    static let open: Set<String> = [
        // For whoever runs the server; none of them shows anything of a tenant.
        "GET /healthz", "GET /readyz", "GET /metrics",
        // What the API is, not what is in it.
        "GET /api/openapi.json", "GET /docs", "GET /docs/reference.css", "GET /docs/reference.js",
        // Signing in comes before being somebody.
        "GET /sign-in", "POST /sign-in",
        // Light or dark is the browser's, not anybody's.
        "POST /appearance",
        // Agents sign their requests; the handlers check it (AgentGate).
        "POST /api/agents/enrol", "POST /api/agents/inventory", "POST /api/agents/work", "POST /api/agents/results",
        "POST /api/agents/neighbours", "POST /api/agents/leave", "POST /api/agents/patches",
        "POST /api/agents/patches/log",
        // The address of an order's file is signed; the handler checks it (PatchAddresses).
        "GET /api/patches/payload",
        // What a webhook says of patches is signed with its secret (PatchWebhookSetup).
        "POST /api/patches/callbacks/{tenant_id}",
        // osquery brings its node key in the body; the handlers look it up (OsqueryMessage).
        "POST /api/osquery/enroll", "POST /api/osquery/config", "POST /api/osquery/log",
        "POST /api/osquery/distributed/read", "POST /api/osquery/distributed/write",
        // Parts of the program.
        "GET /assets/garrison.css", "GET /assets/garrison.js", "GET /assets/icon.svg", "GET /favicon.ico",
    ]

    /// Routes that answer about the catalogue that all tenants share: what is asked for is there for
    /// everybody, and nothing of the other tenant is in the answer.
    static let shared = [
        "GET /api/vulnerabilities/{cve_id}": "a CVE is public knowledge",
        "GET /api/vulnerabilities/{cve_id}/endpoints": "a CVE is public knowledge; the list is the caller's own",
        "GET /api/vulnerabilities/{cve_id}/epss": "a CVE is public knowledge",
        "GET /api/patches/{id}": "what vendors publish is public knowledge; the figures are the caller's own",
        "GET /api/patches/{id}/endpoints": "what vendors publish is public knowledge; the list is the caller's own",
        "GET /api/patches/{id}/files": "what vendors publish is public knowledge; the files are the caller's own",
        "POST /api/patches/{id}/files": "what vendors publish is public knowledge; the file is the caller's own",
        "GET /patches/{id}": "what vendors publish is public knowledge; the figures and the list are the caller's own",
        "POST /api/discovery/{format}": "the account is the caller's own, made where there is none",
        "POST /api/push/{account}/{stream}": "the account is the caller's own, made where there is none",
        "POST /api/push/{account}/{stream}/snapshots": "the account is the caller's own, made where there is none",
        "POST /api/push/{account}/{stream}/snapshots/{snapshot}/complete": "the snapshot is the caller's own",
        "GET /vulnerabilities/{cve}": "a CVE is public knowledge",
        "POST /api/patches/callbacks/{tenant_id}": "it asks whoever sends it for the signature of the tenant's webhook",
    ]
}
