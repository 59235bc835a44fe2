import HTTPTypes

/// Which status an error's code gets: the only place that knows.
public enum HTTPStatusTable {
    /// Codes whose status does not follow from their condition.
    private static let byCode: [String: HTTPResponse.Status] = [
        "request.too_large": .contentTooLarge,
        "request.unsupported_media_type": .unsupportedMediaType,
        "request.body_timed_out": .requestTimeout,
        "request.timed_out": .serviceUnavailable,
        "path.unknown": .notFound,
        "postgres.invalid_parameter": .badRequest,
        "method.not_allowed": .methodNotAllowed,
        "rate.exceeded": .tooManyRequests,
        "sign_in.too_many_failures": .tooManyRequests,
        "idempotency_key.reused": .unprocessableContent,
        "idempotency_key.in_progress": .conflict,
        "csrf.rejected": .forbidden,
        "authentication.required": .unauthorized,
        "authentication.invalid": .unauthorized,
        "permission.denied": .forbidden,
        // What another server did is not this one's failure, and seldom the client's.
        "connector.unreachable": .badGateway,
        "connector.broken": .badGateway,
        "connector.timed_out": .badGateway,
        "connector.too_large": .badGateway,
        "connector.unavailable": .badGateway,
        "connector.refused": .badGateway,
        "connector.throttled": .serviceUnavailable,
        "connector.barred": .unprocessableContent, "connector.credentials": .unprocessableContent,
        "connector.permission": .unprocessableContent,
        "agent.unknown": .unauthorized,
        "agent.signature": .unauthorized,
        "patch_webhook.signature": .unauthorized,
        "agent.stale": .conflict,
        "agent.quarantined": .forbidden,
        "agent.revoked": .gone,
        "enrolment.token": .unauthorized,
        "agent.taken": .conflict,
        "patch.superseded": .conflict,
        "inventory.base_unknown": .conflict,
        "payload.range": .rangeNotSatisfiable,
    ]

    /// Conditions that mean the same whatever the noun: `endpoint.not_found`.
    private static let byCondition: [Substring: HTTPResponse.Status] = [
        "not_found": .notFound, "unknown": .notFound, "exists": .conflict, "conflict": .conflict, "taken": .conflict,
        "in_progress": .conflict, "too_large": .contentTooLarge, "denied": .forbidden, "forbidden": .forbidden,
        "expired": .gone, "unavailable": .serviceUnavailable,
    ]

    /// What PostgreSQL recovers from by itself; its other errors are this program's.
    private static let passing: Set<Substring> = [
        "connection_failed", "connection_lost", "pool_timeout", "closed", "serialization_failure", "deadlock_detected",
        "disk_full", "too_many_connections", "lock_not_available", "query_canceled",
    ]

    /// Nouns that are never the client's fault: the work can be tried again when they are back.
    private static let unavailable: Set<Substring> = ["database", "cluster", "object_store"]

    /// The status for a code: by the code, else by the noun, else by the condition, else 400.
    public static func status(for code: String) -> HTTPResponse.Status {
        if let status = byCode[code] { return status }
        let parts = code.split(separator: ".", maxSplits: 1)
        if let noun = parts.first, unavailable.contains(noun) { return .serviceUnavailable }
        if parts.first == "postgres", let condition = parts.last {
            return passing.contains(condition) || condition.hasPrefix("sqlstate_57p")
                ? .serviceUnavailable
                : .internalServerError
        }
        return parts.last.flatMap { byCondition[$0] } ?? .badRequest
    }
}
