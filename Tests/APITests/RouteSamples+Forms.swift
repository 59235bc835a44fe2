import API
import Domain
import FoundationEssentials
import Risk
import TestSupport

extension RouteSamples {
    /// The fields of a page's form.
    func form(_ route: AnyRoute) -> String? {
        switch "\(route.method.rawValue) \(route.path)" {
        case "POST /sign-in": "email=nobody%40example.test&password=wrong"
        case "POST /sign-out", "POST /endpoints/{id}/scan", "POST /settings/users/{id}/disable",
            "POST /settings/tokens/{id}/revoke", "POST /exceptions/{id}/approve", "POST /exceptions/{id}/reject",
            "POST /exceptions/{id}/end", "POST /vex/{id}/remove":
            "csrf_token=unused"
        case "POST /endpoints/{id}/findings/{cve}/status": "csrf_token=unused&status=open"
        case "POST /endpoints/{id}/findings/{cve}/exception":
            "csrf_token=unused&kind=accepted&reason=known&days=5&scope=endpoint"
        case "POST /exceptions": "csrf_token=unused&kind=accepted&reason=known&days=5&package=nothing"
        case "POST /vex":
            "csrf_token=unused&document="
                + String(decoding: Self.document("form"), as: UTF8.self).replacing(" ", with: "+")
        case "POST /sla": "csrf_token=unused&action=preview&critical=7&warning_days=3"
        case "POST /weights":
            "csrf_token=unused&action=preview&"
                + RiskWeights.parts.map { "\($0.name)=\(RiskWeights.standard[keyPath: $0.path])" }
                .joined(separator: "&")
        case "POST /incidents/{id}": "csrf_token=unused&status=open&root_cause=unknown"
        case "POST /settings/incidents": "csrf_token=unused&window_minutes=60&resolves_at_vendor=on"
        case "POST /endpoints/{id}/actions": "csrf_token=unused&kind=release&reason=known&source="
        case "POST /actions/{id}/check", "POST /actions/{id}/withdraw": "csrf_token=unused"
        case "POST /endpoints/{id}/context": "csrf_token=unused&exposure=external&criticality=high"
        case "POST /settings/users":
            "csrf_token=unused&email=page%40example.test&role=viewer&password=long+enough+to+be+taken"
        case "POST /connectors": "csrf_token=unused&kind=crowdstrike&name=page&client_id=&client_secret="
        case "POST /connectors/{id}/test", "POST /connectors/{id}/remove", "POST /connectors/{id}/sync",
            "POST /connectors/{id}/replay":
            "csrf_token=unused"
        case "POST /connectors/{id}/schedule": "csrf_token=unused&interval=15&full_interval=24&state=paused"
        case "POST /connectors/{id}/rotate": "csrf_token=unused&client_secret="
        case "POST /settings/notifications":
            "csrf_token=unused&url=https%3A%2F%2Fhooks.example.test%2F&secret=&state=on"
        case "POST /settings/notifications/patches":
            "csrf_token=unused&url=https%3A%2F%2Fpatches.example.test%2F"
                + "&callback_url=https%3A%2F%2Fgarrison.example.test&secret=&state=off"
        case "POST /settings/notifications/patches/remove": "csrf_token=unused"
        case "POST /settings/notifications/test", "POST /settings/notifications/remove",
            "POST /settings/notifications/messages/{id}/replay":
            "csrf_token=unused"
        case "POST /settings/osquery": "csrf_token=unused&sql=SELECT%201&hosts=&seconds=60"
        case "POST /settings/agents": "csrf_token=unused&name=page&uses=1&hours=24"
        case "POST /settings/agents/{id}/accept", "POST /settings/agents/{id}/revoke",
            "POST /settings/enrolments/{id}/revoke", "POST /settings/agents/keys":
            "csrf_token=unused"
        case "POST /settings/tokens": "csrf_token=unused&name=page&role=viewer"
        case "POST /patches/{id}/files/{file}/remove": "csrf_token=unused"
        case "POST /deployments/new": "csrf_token=unused&action=preview&patch=SAMPLE-1&strategy=immediate"
        case let name where name.hasPrefix("POST /deployments/{id}/"): "csrf_token=unused"
        case "POST /appearance": "theme=dark"
        default: nil
        }
    }
}

extension TestAPI {
    /// Sends the request that the samples have for a route.
    func send(_ route: AnyRoute, _ samples: RouteSamples, token: String?) async throws -> Reply {
        guard let body = samples.body(route) else {
            return try await send(route.method.rawValue, samples.target(route), token: token)
        }
        return try await send(
            route.method.rawValue, samples.target(route), token: token, headers: ["Content-Type: \(body.type)"],
            body: body.bytes)
    }
}
