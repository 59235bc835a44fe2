import AsyncHTTPClient
import Domain
import FoundationEssentials
import NIOCore
import NIOHTTP1

/// Sends messages to webhooks, signed as Standard Webhooks 1.0 says (<https://www.standardwebhooks.com>).
public struct WebhookSender: Sendable {
    private let rule: TargetRule
    private let agent: String

    /// - Parameter agent: what it calls itself, `Garrison/1.0`.
    public init(rule: TargetRule, agent: String) {
        self.rule = rule
        self.agent = agent
    }

    /// How long one attempt takes at most, the look-up of the name besides.
    static let timeout = TimeAmount.seconds(15)

    /// One attempt. The receiver's words are read by nobody: they might be another system's secrets.
    /// - Parameters:
    ///   - id: the same at each attempt, so that the receiver can tell a repetition.
    ///   - attempt: counted from 1.
    public func send(
        _ body: [UInt8], id: String, to url: String, secret: WebhookSecret, attempt: Int, at now: Date = Date()
    ) async -> Delivery {
        if let defect = rule.defect(of: url) { return .refused(reason: "The address \(defect).") }
        guard let host = TargetRule.host(url) else { return .refused(reason: "The address has no host.") }
        let addresses = await HostLookup.addresses(of: host)
        guard !addresses.isEmpty else { return .failed(reason: "The name \(host) has no address now.") }
        if let defect = addresses.lazy.compactMap(rule.defect).first {
            return .refused(reason: "The address \(defect).")
        }
        // To an address that was looked at, not to what the name leads to a moment later; each attempt tries the next.
        let address = addresses[(max(attempt, 1) - 1) % addresses.count]
        return await post(
            request(body, id: id, url: url, secret: secret, timestamp: Int(now.timeIntervalSince1970)),
            by: Self.client(host, at: address))
    }

    private func request(
        _ body: [UInt8], id: String, url: String, secret: WebhookSecret, timestamp: Int
    ) -> HTTPClientRequest {
        var request = HTTPClientRequest(url: url)
        request.method = .POST
        request.headers = [
            "content-type": "application/json", "user-agent": agent, "webhook-id": id,
            "webhook-timestamp": String(timestamp), "idempotency-key": id,
            "webhook-signature": secret.signature(id: id, timestamp: timestamp, body: body),
        ]
        request.body = .bytes(ByteBuffer(bytes: body))
        return request
    }

    private static func client(_ host: String, at address: InternetAddress) -> HTTPClient {
        var configuration = HTTPClient.Configuration(
            redirectConfiguration: .disallow, timeout: .init(connect: .seconds(5), read: .seconds(10)),
            decompression: .disabled)
        configuration.httpVersion = .http1Only
        if InternetAddress(host) == nil { configuration.dnsOverride = [host: address.description] }
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    private func post(_ request: HTTPClientRequest, by client: HTTPClient) async -> Delivery {
        let delivery: Delivery
        do {
            let response = try await client.execute(request, timeout: Self.timeout)
            delivery = Self.delivery(response.status.code, retryAfter: response.headers.first(name: "retry-after"))
        } catch {
            delivery = .failed(reason: "The receiver could not be reached: \(Self.words(error)).")
        }
        try? await client.shutdown()
        return delivery
    }

    /// What an answer means.
    static func delivery(_ status: UInt, retryAfter: String?) -> Delivery {
        switch status {
        case 200..<300: .accepted
        case 300..<400: .refused(reason: "The receiver answered \(status): redirections are not followed.")
        case 408, 409, 423, 425, 429, 500...:
            .failed(reason: "The receiver answered \(status).", retryAfter: retryAfter.flatMap(seconds))
        default: .refused(reason: "The receiver answered \(status).")
        }
    }

    /// A day at most, whatever the receiver asks for.
    private static func seconds(_ text: String) -> Double? {
        Double(text).flatMap { (0...Double.greatestFiniteMagnitude).contains($0) ? min($0, 86_400) : nil }
    }

    private static func words(_ error: any Error) -> String {
        let text = (error as? HTTPClientError)?.shortDescription ?? "\(type(of: error))"
        return text.prefix(1).lowercased() + text.dropFirst()
    }
}
