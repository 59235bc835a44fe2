import Domain
import HTTPTypes
import Hummingbird

/// What the checks found: 200 when the server can do its work, 503 when it cannot.
public struct HealthReport: ResponseContent {
    /// How long one check may take.
    public static let timeout = Duration.seconds(3)

    struct Result: JSONWritable, Sendable {
        let name: String
        let isOptional: Bool
        /// Nil when it works.
        let failure: String?

        func write(to writer: inout JSONWriter) {
            writer.object { writer in
                writer.field("name", name)
                writer.field("status", failure == nil ? "ok" : isOptional ? "degraded" : "failed")
                writer.fieldIfPresent("message", failure)
            }
        }
    }

    let results: [Result]

    /// Runs all checks at once.
    static func run(_ checks: [HealthCheck]) async -> HealthReport {
        await withTaskGroup(of: (Int, Result).self) { group in
            for (index, check) in checks.enumerated() {
                group.addTask { (index, await Self.result(of: check)) }
            }
            var results: [(Int, Result)] = []
            for await result in group { results.append(result) }
            return HealthReport(results: results.sorted { $0.0 < $1.0 }.map(\.1))
        }
    }

    private static func result(of check: HealthCheck) async -> Result {
        do {
            try await Deadline.run(timeout, orThrow: .timedOut) { try await check.run() }
            return Result(name: check.name, isOptional: check.isOptional, failure: nil)
        } catch RequestError.timedOut {
            return Result(name: check.name, isOptional: check.isOptional, failure: "No answer within \(timeout).")
        } catch {
            // Only errors made for people are shown to whoever asks.
            let message = (error as? any UserFacingError)?.message ?? "It does not work; the log says more."
            return Result(name: check.name, isOptional: check.isOptional, failure: message)
        }
    }

    var isReady: Bool { results.allSatisfy { $0.failure == nil || $0.isOptional } }

    public static var contract: ResponseContract {
        ResponseContract(
            description: "Ready.", mediaType: "application/json",
            schema: .named(
                "Health",
                .object([
                    .field("status", .oneOf(["ok", "degraded", "failed"]), "The worst of the checks."),
                    .field(
                        "checks",
                        .array(
                            of: .object([
                                .field("name", .string), .field("status", .oneOf(["ok", "degraded", "failed"])),
                                .optional("message", .string, "What is wrong."),
                            ]))),
                ])))
    }

    public func response(in scope: RequestScope) -> Response {
        var writer = JSONWriter()
        writer.object { writer in
            let isWhole = results.allSatisfy { $0.failure == nil }
            writer.field("status", isWhole ? "ok" : isReady ? "degraded" : "failed")
            writer.field("checks", array: results)
        }
        var response = Response.json(writer.finish(), status: isReady ? .ok : .serviceUnavailable)
        response.headers[.cacheControl] = "no-store"
        if !isReady { response.headers[.retryAfter] = "5" }
        return response
    }
}
