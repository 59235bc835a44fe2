import AsyncHTTPClient
import FoundationEssentials
import NIOCore
import NIOHTTP1

/// Puts a token on requests, and fetches a new one before the old one ends. Without an account, for emulators, it
/// puts nothing.
actor GoogleTokens: RequestSigner {
    private let account: ServiceAccount?
    private let settings: TransferSettings
    private let clients: ObjectClients
    private var token: (value: Secret, ends: Date)?
    private var fetching: Task<(value: Secret, ends: Date), any Error>?

    init(account: ServiceAccount?, settings: TransferSettings, clients: ObjectClients) {
        self.account = account
        self.settings = settings
        self.clients = clients
    }

    static let scope = "https://www.googleapis.com/auth/devstorage.read_write"

    func sign(_ request: inout ObjectRequest) async throws {
        guard let account else { return }
        request.headers.replaceOrAdd(name: "Authorization", value: "Bearer \(try await current(account).value)")
    }

    func renew() -> Bool {
        guard account != nil, token != nil else { return false }
        token = nil
        return true
    }

    private func current(_ account: ServiceAccount) async throws -> Secret {
        // A minute early: a request that is being sent must not outlive its token.
        if let token, token.ends.timeIntervalSinceNow > 60 { return token.value }
        // One fetch for all who wait.
        let task = fetching ?? Task { try await fetch(account) }
        fetching = task
        defer { fetching = nil }
        let fetched = try await task.value
        token = fetched
        return fetched.value
    }

    private struct Answer: Decodable {
        let access_token: String
        let expires_in: Double?
    }

    private struct NoSigner: RequestSigner {
        func sign(_ request: inout ObjectRequest) {}
    }

    private func fetch(_ account: ServiceAccount) async throws -> (value: Secret, ends: Date) {
        let (origin, path) = try StoreAddress.endpoint(account.tokenURL)
        let courier = Courier(
            clients: clients, settings: settings, signer: NoSigner(),
            words: StoreWords(host: ObjectRequest.host(of: origin), bucket: "") { _ in "a key of the service account" })
        var request = ObjectRequest(.POST, origin: origin, path: path.isEmpty ? "/" : path)
        request.headers.add(name: "Content-Type", value: "application/x-www-form-urlencoded")
        let form = [
            (name: "grant_type", value: "urn:ietf:params:oauth:grant-type:jwt-bearer"),
            (name: "assertion", value: try account.assertion(scope: Self.scope, now: Date())),
        ]
        request.body = ByteBuffer(string: PercentEncoding.query(form))
        let (answer, _) = try await courier.send(request, .init(.read))
        guard let found = try? JSONDecoder().decode(Answer.self, from: Data(answer.text.utf8)) else {
            throw ObjectError.refused(host: courier.words.host, status: answer.status, code: "no access_token")
        }
        return (Secret(found.access_token), Date(timeIntervalSinceNow: found.expires_in ?? 3_600))
    }
}
