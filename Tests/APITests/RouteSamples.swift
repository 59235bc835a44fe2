import API
import Domain
import FoundationEssentials
import Identity
import Inventories
import Postgres
import Risk
import Store
import TestSupport

/// Requests that every route of the catalogue takes, about things of one tenant.
struct RouteSamples: Sendable {
    /// What the tenant has, by the name of the path parameter and the first words of the path.
    let endpoint: EndpointID
    /// For the API and for the pages: what the one ends, the other would not find.
    let tokens: [TokenID]
    let users: [UserID]
    let task: TaskID
    /// For each of approving, rejecting and ending, by the API and by a form.
    let exceptions: [ExceptionID]
    /// For the API and for the pages.
    let documents: [VEXDocumentID]
    /// One to be accepted and revoked, for the API and for the pages.
    let agents: [AgentID]
    let enrolments: [EnrolmentID]
    let nodes: [OsqueryNodeID]
    let query: OsqueryQueryID
    /// Messages that were given up: one for the API, one for the pages.
    let messages: [MessageID]
    /// Accounts at a vendor: one for the API, one for the pages.
    let connectors: [ConnectorID]
    /// For each of what is done to an action, by the API and by a form.
    let actions: [DecisionID]
    let incident: IncidentID
    /// By what is done to them; the others for all else.
    let deployments: [String: DeploymentID]
    let patch: PatchID
    /// For the API and for the pages.
    let files: [PatchFileID]
    let target: TargetID
    let identities: Identities

    /// Gives a tenant an endpoint with findings, a finished task, and a user and a token to spare.
    static func make(_ database: TestDatabase, in tenant: TestTenant, prefix: String) async throws -> RouteSamples {
        try await database.addIntelligence()
        let endpoint = try await database.addEndpoints(1, prefix: prefix, in: tenant)[0]
        try await database.scan(tenant)
        let store = database.store
        var (tokens, users) = ([TokenID](), [UserID]())
        for number in 0..<2 {
            let (secret, token) = (AccessToken.make(for: tenant.id), TokenID.make())
            try await store.tokens.create(
                id: token, name: "\(prefix)-spare", role: .viewer, hash: secret.digest, expiresAt: nil,
                tenant: tenant.id)
            tokens.append(token)
            users.append(
                try await store.users.create(
                    email: "\(prefix)-spare\(number)@example.test", role: .viewer, passwordHash: "none",
                    tenant: tenant.id
                ).id)
        }
        let task = try await store.startScan(of: [endpoint], by: tenant.administrator)
        while let job = try await store.jobs.take(worker: "test") {
            try await store.jobs.finish(job, result: Array("{}".utf8))
        }
        let agents = try await Self.agents(database, in: tenant, prefix: prefix)
        let nodes = try await Self.nodes(database, in: tenant, prefix: prefix)
        let deployments = try await Self.deployments(database, on: endpoint, in: tenant)
        return RouteSamples(
            endpoint: endpoint, tokens: tokens, users: users, task: task,
            exceptions: try await exceptions(database, in: tenant, reason: prefix),
            documents: try await documents(database, in: tenant, name: prefix),
            agents: agents, enrolments: try await store.enrolments.list(tenant: tenant.id).map(\.id), nodes: nodes,
            query: try await store.osquery.ask("SELECT 1", nodes: nil, tenant: tenant.id, by: tenant.administrator),
            messages: try await messages(database, in: tenant, prefix: prefix),
            connectors: try await connectors(database, in: tenant, prefix: prefix),
            actions: try await actions(database, on: endpoint, in: tenant),
            incident: try await incident(database, on: endpoint, in: tenant),
            deployments: deployments,
            patch: try await store.patches.named("debian/openssl/3.0.13-1~deb12u1"),
            files: try await patchFiles(database, in: tenant),
            target: try await target(database, of: deployments["status"], in: tenant),
            identities: try await identities(database, on: endpoint, in: tenant, prefix: prefix))
    }

    private static func incident(
        _ database: TestDatabase, on endpoint: EndpointID, in tenant: TestTenant
    ) async throws -> IncidentID {
        let id = IncidentID.make()
        _ = try await database.store.app.query(
            "INSERT INTO incidents (tenant_id, id, endpoint_id, threat_type, severity) VALUES ($1, $2, $3, 'malware', 'high')",
            [.id(tenant.id), .id(id), .id(endpoint)], tenant: tenant.id)
        return id
    }

    /// Actions that can be asked after, and actions that can be withdrawn.
    private static func actions(
        _ database: TestDatabase, on endpoint: EndpointID, in tenant: TestTenant
    ) async throws -> [DecisionID] {
        _ = try await database.addSource("falcon", device: "f", of: endpoint, in: tenant)
        _ = try await database.addSource("sentinel", kind: "sentinelone", device: "s", of: endpoint, in: tenant)
        var ids: [DecisionID] = []
        for kind in [ActionKind.isolate, .release] {
            let new = NewAction(endpoint: endpoint, kind: kind, reason: "a test")
            let decision = try await database.store.actions.decide(new, tenant: tenant.id, by: tenant.administrator)
            while let action = try await database.store.actions.take(worker: "test", kinds: ["crowdstrike"]) {
                try await database.store.actions.settle(action, .answered(.unknown("It is a test.")))
            }
            ids += [decision.id, decision.id]
        }
        return ids
    }

    /// osquery nodes: one to be removed, one to stay.
    private static func nodes(
        _ database: TestDatabase, in tenant: TestTenant, prefix: String
    ) async throws -> [OsqueryNodeID] {
        let secret = EnrolmentToken.make(for: tenant.id)
        try await database.store.enrolments.create(
            name: prefix, uses: 5, mayReplace: false, hash: secret.digest, expiresAt: Date().addingTimeInterval(3600),
            tenant: tenant.id, by: tenant.administrator)
        for number in 0..<2 {
            _ = try await database.store.osquery.enrol(
                secretHash: secret.digest, keyHash: [UInt8](repeating: UInt8(number), count: 32),
                .init(
                    hostIdentifier: "\(prefix)-\(number)", hostname: "\(prefix)-\(number)", platform: "debian",
                    version: "5"),
                tenant: tenant.id)
        }
        return try await database.store.osquery.nodes(tenant: tenant.id).map(\.id)
    }

    /// Agents, and enrolment tokens with uses left.
    private static func agents(
        _ database: TestDatabase, in tenant: TestTenant, prefix: String
    ) async throws -> [AgentID] {
        var agents: [AgentID] = []
        for number in 0..<2 {
            let token = EnrolmentToken.make(for: tenant.id)
            try await database.store.enrolments.create(
                name: prefix, uses: 2, mayReplace: false, hash: token.digest,
                expiresAt: Date().addingTimeInterval(3600),
                tenant: tenant.id, by: tenant.administrator)
            agents.append(
                try await database.store.agents.enrol(
                    tokenHash: token.digest, publicKey: [UInt8](repeating: UInt8(number), count: 32),
                    facts: AgentFacts(deviceID: "\(prefix)-\(number)", hostname: "\(prefix)-\(number)", version: "1"),
                    tenant: tenant.id))
        }
        return agents
    }

    /// A VEX document about what no endpoint has.
    static func document(_ name: String) -> [UInt8] {
        let statement = """
            {"vulnerability": {"name": "CVE-2024-9999"}, "products": [{"@id": "pkg:deb/debian/nothing"}], "status": "fixed"}
            """
        return Array("{\"@id\": \"urn:\(name)\", \"author\": \"\(name)\", \"statements\": [\(statement)]}".utf8)
    }

    private static func documents(
        _ database: TestDatabase, in tenant: TestTenant, name: String
    ) async throws -> [VEXDocumentID] {
        var ids: [VEXDocumentID] = []
        for number in 0..<2 {
            let content = document("\(name)-\(number)")
            let record = try await database.store.vex.add(
                try VEXReader.document(content), content: content, by: tenant.administrator)
            ids.append(record.id)
        }
        return ids
    }

    /// Messages to a webhook that is set up.
    private static func messages(
        _ database: TestDatabase, in tenant: TestTenant, prefix: String
    ) async throws -> [MessageID] {
        let store = database.store
        _ = try await TestAPI.webhooks(store).put(
            url: "https://\(prefix).example.test/", secret: nil, isEnabled: true, by: tenant.administrator)
        for _ in 0..<2 { _ = try await store.webhooks.test(by: tenant.administrator) }
        try await patchWebhook(store, in: tenant)
        let messages = try await store.outbox.take(worker: "test", limit: 10)
        for message in messages { try await store.outbox.settle(message, .refused(reason: "It is a test.")) }
        return messages.map(\.id)
    }

    private static func connectors(
        _ database: TestDatabase, in tenant: TestTenant, prefix: String
    ) async throws -> [ConnectorID] {
        var ids: [ConnectorID] = []
        for number in 0..<2 {
            let entry = try await SimulatedVendor.shared.entry("\(prefix)-\(number)")
            ids.append(try await TestAPI.connectors(database.store).add(entry, by: tenant.administrator).id)
        }
        return ids
    }

    /// Exceptions that wait for approval, about what no finding is in.
    private static func exceptions(
        _ database: TestDatabase, in tenant: TestTenant, reason: String
    ) async throws -> [ExceptionID] {
        let store = database.store
        _ = try await store.policies.activate(
            ExceptionPolicy(needsApproval: true), note: "", by: tenant.administrator)
        while let job = try await store.jobs.take(worker: "test") {
            try await store.jobs.finish(job, result: Array("{}".utf8))
        }
        var ids: [ExceptionID] = []
        for number in 0..<6 {
            let request = ExceptionRequest(
                kind: .accepted, package: "nothing-\(number)", reason: reason,
                expiresAt: Date().addingTimeInterval(86_400))
            ids.append(try await store.exceptions.request(request, by: tenant.administrator).id)
        }
        return ids
    }

    /// The path with the tenant's ids in it.
    func target(_ route: AnyRoute) -> String {
        let place = route.path.hasPrefix("/api/") ? 0 : 1
        let id =
            if route.path.contains("/osquery/nodes/") {
                nodes[0].description
            } else if route.path.contains("/osquery/queries/") {
                query.description
            } else if route.path.contains("/agents/") {
                agents[place].description
            } else if route.path.contains("/enrolments/") {
                enrolments[place].description
            } else if route.path.contains("/messages/") {
                messages[place].description
            } else if route.path.contains("/tokens/") {
                tokens[place].description
            } else if route.path.contains("/users/") {
                users[place].description
            } else if route.path.contains("/exceptions/") {
                exceptions[place * 3 + (route.path.hasSuffix("/approve") ? 0 : route.path.hasSuffix("/reject") ? 1 : 2)]
                    .description
            } else if route.path.contains("/identity/events/") {
                identities.merges[place].description
            } else if route.path.contains("/collisions/") {
                identities.collisions[place].description
            } else if route.path.contains("/connectors/") {
                connectors[place].description
            } else if route.path.contains("/deployments/") || route.path.contains("{deployment_id}") {
                deployment(for: route)
            } else if route.path.hasPrefix("/api/patches/") || route.path.hasPrefix("/patches/") {
                patch.description
            } else if route.path.contains("/incidents/{id}") {
                incident.description
            } else if route.path.contains("/actions/{id}") {
                actions[place * 2].description
            } else if route.path.contains("/vex/") {
                documents[place].description
            } else {
                route.path.contains("/tasks/") ? task.description : endpoint.description
            }
        let query =
            switch "\(route.method.rawValue) \(route.path)" {
            case let name where name.hasSuffix("/why"): "?cve=\(SeedFeeds.exploited)&package=openssl"
            case "POST /api/patches/{id}/files": "?name=openssl_3.0.13-1~deb12u1_amd64.deb"
            default: ""
            }
        return query.isEmpty ? path(route, id) : path(route, id) + query
    }

    private func deployment(for route: AnyRoute) -> String {
        let word = String(route.path.split(separator: "/").last ?? "")
        let name = route.path.hasPrefix("/api/") ? word : "page-\(word)"
        return (deployments[name] ?? deployments["status"])?.description ?? ""
    }

    private func path(_ route: AnyRoute, _ id: String) -> String {
        route.path.replacing("{id}", with: id).replacing("{deployment_id}", with: id).replacing(
            "{cve_id}", with: SeedFeeds.exploited
        )
        .replacing("{tenant_id}", with: id).replacing("{cve}", with: SeedFeeds.exploited).replacing(
            "{account}", with: "cmdb"
        )
        .replacing("{stream}", with: "devices").replacing("{snapshot}", with: "1").replacing(
            "{format}", with: "neighbours"
        ).replacing("{file}", with: files[route.isDocumented ? 0 : 1].description).replacing(
            "{target}", with: target.description)
    }

    /// A body that the route takes, with its type; nil for routes that take none, and for those that
    /// nobody has written one for.
    func body(_ route: AnyRoute) -> (type: String, bytes: [UInt8])? {
        let json = "application/json"
        if let decision = decision(route) ?? deploymentBody(route) {
            return (route.path.hasPrefix("/api/") ? json : "application/x-www-form-urlencoded", Array(decision.utf8))
        }
        switch "\(route.method.rawValue) \(route.path)" {
        case "POST /api/patches/{id}/files": return ("application/octet-stream", Array("a package".utf8))
        case "POST /api/endpoints/scan": return (json, Array("{\"endpoint_ids\": [\"\(endpoint)\"]}".utf8))
        case "PATCH /api/incidents/{id}": return (json, Array("{\"status\": \"investigating\"}".utf8))
        case "PUT /api/incident-settings": return (json, Array("{\"window_minutes\": 60}".utf8))
        case "POST /api/incidents/respond":
            return (json, Array("{\"endpoint_id\": \"\(endpoint)\", \"response_type\": \"scan\"}".utf8))
        case "POST /api/endpoints/{id}/actions": return (json, Array("{\"kind\": \"isolate\"}".utf8))
        case "PATCH /api/endpoints/{id}": return (json, Array("{\"criticality\": \"high\"}".utf8))
        case "POST /api/vulnerabilities/scan": return (json, Array("{\"endpoint_id\": \"\(endpoint)\"}".utf8))
        case "POST /api/tokens": return (json, Array("{\"name\": \"new\", \"role\": \"viewer\"}".utf8))
        case "POST /api/users":
            let user =
                "{\"email\": \"new@example.test\", \"role\": \"viewer\", \"password\": \"long enough to be taken\"}"
            return (json, Array(user.utf8))
        case "PATCH /api/endpoints/{id}/findings/{cve_id}": return (json, Array("{\"status\": \"in_progress\"}".utf8))
        case "POST /api/exceptions":
            let exception = """
                {"kind": "accepted", "cve_id": "\(SeedFeeds.low)", "endpoint_id": "\(endpoint)", "reason": "known",
                 "expires_at": "\(Date().addingTimeInterval(86_400).formatted(.iso8601))"}
                """
            return (json, Array(exception.utf8))
        case "POST /api/policies/preview": return (json, Array("{\"weights\": {\"prediction\": 7}}".utf8))
        case "PUT /api/policies/weights": return (json, Array("{\"policy\": {\"prediction\": 7}}".utf8))
        case "PUT /api/policies/sla": return (json, Array("{\"policy\": {\"critical\": 7}}".utf8))
        case "PUT /api/policies/exceptions": return (json, Array("{\"policy\": {\"maximum_days\": 90}}".utf8))
        case "POST /api/vulnerabilities/simulate":
            return (json, Array("{\"fixes\": [{\"package\": \"openssl\"}]}".utf8))
        case "POST /api/vulnerabilities/plan": return (json, Array("{\"count\": 3}".utf8))
        case "POST /api/vex": return (json, Self.document("new"))
        case "PUT /api/notifications/webhook":
            return (json, Array("{\"url\": \"https://hooks.example.test/\"}".utf8))
        case "POST /api/agents/{id}/tasks": return (json, Array("{\"kind\": \"scan\"}".utf8))
        case "POST /api/osquery/queries": return (json, Array("{\"sql\": \"SELECT 1\"}".utf8))
        case "POST /api/discovery/{format}":
            return ("text/plain", Array("10.0.0.7 dev eth0 lladdr 00:1b:21:aa:bb:01 REACHABLE".utf8))
        case let name where name.hasPrefix("POST /api/osquery/"): return (json, Array("{}".utf8))
        case "POST /api/enrolments": return (json, Array("{\"name\": \"new\"}".utf8))
        case let name where name.hasPrefix("POST /api/agents/"): return (json, Array("{}".utf8))
        case "POST /api/push/{account}/{stream}":
            return ("application/x-ndjson", Array("{\"removed\": \"nothing\"}".utf8))
        case "POST /api/connectors/{id}/rotate":
            return (json, Array("{\"secrets\": {\"client_secret\": \"b\"}, \"try\": false}".utf8))
        case "PATCH /api/connectors/{id}": return (json, Array("{\"interval_seconds\": 60}".utf8))
        case "POST /api/connectors/{id}/sync": return (json, Array("{\"full\": true}".utf8))
        case "POST /api/connectors":
            let connector = """
                {"kind": "crowdstrike", "name": "new", "settings": {"client_id": "a"}, "secrets": {"client_secret": "b"},
                 "try": false}
                """
            return (json, Array(connector.utf8))
        case "POST /api/inventories": return (json, Seed.inventory("reported").json())
        default: return form(route).map { ("application/x-www-form-urlencoded", Array($0.utf8)) }
        }
    }
}
