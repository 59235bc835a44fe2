import Domain
import FoundationEssentials

/// Tokens of Microsoft's identity platform for an application that acts for itself.
struct MicrosoftTokens: Sendable {
    let settings: MicrosoftSettings
    /// What they are for: `https://graph.microsoft.com/.default`.
    let scope: String
    let session: VendorSession

    /// Seconds that a token is good for where the answer does not say.
    private static let shortestLifetime = 300

    /// - Throws: `ConnectorError.credentials` for whatever is refused here: there is no permission to get a token.
    func fetch() async throws -> AccessToken {
        let request = VendorRequest(
            method: .POST, path: path, query: [], body: .form(try fields()), permission: "", isRepeatable: true)
        do {
            return try await session.send(request) { response throws(FieldRefusal) in
                let answer = try VendorRecord(response.body, 0..<response.body.count)
                let token = try answer.requiredText("access_token")
                let seconds = try answer.integer("expires_in") ?? Self.shortestLifetime
                return AccessToken(authorization: "Bearer \(token)", lifetime: .seconds(min(max(seconds, 0), 86_400)))
            }
        } catch let error as ConnectorError {
            switch error {
            case .permission(let vendor, _, let reason), .refused(let vendor, _, let reason):
                throw ConnectorError.credentials(vendor: vendor, reason: reason)
            default: throw error
            }
        }
    }

    private var path: String { "/\(settings.directory)/oauth2/v2.0/token" }

    /// A request that is repeated sends the same assertion: it is good for longer than all attempts take.
    private func fields() throws -> [(String, String)] {
        var fields = [("grant_type", "client_credentials"), ("client_id", settings.clientID), ("scope", scope)]
        switch settings.credential {
        case .secret(let secret): fields.append(("client_secret", secret))
        case .certificate(let certificate):
            let assertion = try MicrosoftAssertion.make(
                certificate, client: settings.clientID, audience: settings.authority.plain + path, id: UUID(),
                now: Date())
            fields += [("client_assertion_type", MicrosoftAssertion.type), ("client_assertion", assertion)]
        }
        return fields
    }
}

extension VendorOrigin {
    /// As people and tokens write it: without the port that goes without saying.
    var plain: String {
        port == (scheme == "https" ? 443 : 80) ? "\(scheme)://\(host)" : text
    }
}
