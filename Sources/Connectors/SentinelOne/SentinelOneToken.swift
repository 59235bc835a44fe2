import Domain
import FoundationEssentials
import Inventories

/// The API token itself: it ends on a day that was chosen when it was made.
enum SentinelOneToken {
    /// A token that ends sooner than this is a problem already.
    private static let shortNotice = 14.0 * 86_400

    /// - Throws: `ConnectorError.credentials` for a token that is not taken.
    static func check(_ client: SentinelOneClient) async throws -> AccessCheck {
        let body = RequestJSON.object([("data", .object([("apiToken", .text(client.settings.token))]))])
        var check = AccessCheck(permission: "API token", purpose: "Without it nothing is read.")
        do {
            let (end, now) = try await client.data(
                .ask("/users/api-token-details", body, permission: "API token")
            ) { data, time throws(FieldRefusal) in (try data.date("expiresAt"), time) }
            guard let end else { return check }
            let day = String(RFC3339.string(end).prefix(10))
            check.permission = "API token, good until \(day)"
            if end.timeIntervalSince(now) < shortNotice {
                check.problem = "The API token ends on \(day). Make a new one in the console and enter it."
            }
        } catch let error as ConnectorError {
            if case .credentials = error { throw error }
            check.problem = error.message
        }
        return check
    }
}
