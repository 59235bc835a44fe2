import AsyncHTTPClient
import Domain
import FoundationEssentials
import NIOHTTP1

/// Talks with one account of one vendor: within its limits, with a valid token, again where that makes sense, and never
/// twice where it could do harm.
final class VendorSession: Sendable {
    let dialect: any VendorDialect
    private let transport: Transport
    private let buckets: [TokenBucket]
    private let origin: CurrentOrigin
    private let tokens: AccessTokens?

    /// - Parameters:
    ///   - buckets: a request is counted in each.
    ///   - tokens: where its authorization comes from; nil for requests that need none.
    init(
        _ dialect: any VendorDialect, _ origin: CurrentOrigin, transport: Transport, buckets: [TokenBucket],
        tokens: AccessTokens?
    ) {
        self.dialect = dialect
        self.transport = transport
        self.buckets = buckets
        self.origin = origin
        self.tokens = tokens
    }

    convenience init(
        _ dialect: any VendorDialect, _ origin: CurrentOrigin, transport: Transport, bucket: TokenBucket,
        tokens: AccessTokens?
    ) {
        self.init(dialect, origin, transport: transport, buckets: [bucket], tokens: tokens)
    }

    /// What is read from the answer to a request. An answer that cannot be read was damaged on its way.
    ///
    /// - Throws: `ConnectorError` or `CancellationError`.
    func send<Value>(
        _ request: VendorRequest, reading: (VendorResponse) throws(FieldRefusal) -> Value
    ) async throws -> Value {
        var attempts = Attempts(settings: transport.settings)
        while true {
            for bucket in buckets { try await bucket.take() }
            let token = try await tokens?.current()
            let outcome = try await once(request, token)
            switch outcome {
            case .answer(let response):
                let refusal: FieldRefusal
                do { return try reading(response) } catch { refusal = error }
                let error = unreadable(refusal, request)
                if case .uncertain = error { throw error }
                try await Task.sleep(for: attempts.wait(asked: nil) { _ in error })
            case .redirect(let other):
                try attempts.redirected(dialect.vendor)
                origin.move(to: other)
            case .expired(let response):
                guard attempts.mayRenew(), let tokens, let token else { throw dialect.refusal(response, to: request) }
                await tokens.discard(token)
            case .busy(let response):
                let wait = try attempts.wait(asked: dialect.wait(after: response, now: Date())) { wait in
                    guard let wait else { return self.dialect.refusal(response, to: request) }
                    return .throttled(vendor: self.dialect.vendor, seconds: Int(wait.rounded(.up)))
                }
                for bucket in buckets { await bucket.pause(wait) }
            case .failed(let error):
                try await Task.sleep(for: attempts.wait(asked: nil) { _ in error })
            }
        }
    }

    private enum Outcome {
        case answer(VendorResponse)
        case redirect(VendorOrigin)
        case expired(VendorResponse)
        /// Not now, says the vendor: it did nothing.
        case busy(VendorResponse)
        /// May be tried again.
        case failed(ConnectorError)
    }

    private func unreadable(_ refusal: FieldRefusal, _ request: VendorRequest) -> ConnectorError {
        let place = refusal.field.isEmpty ? "its answer" : "the field \(refusal.field) of its answer"
        let error = ConnectorError.broken(host: origin.value.host, reason: "\(place) \(refusal.reason)")
        return request.isRepeatable ? error : .uncertain(vendor: dialect.vendor, reason: error.message)
    }

    private func once(_ request: VendorRequest, _ token: AccessToken?) async throws -> Outcome {
        let response: VendorResponse
        do {
            response = try await transport.send(
                request, to: request.origin ?? origin.value, authorization: token?.authorization)
        } catch let failure as TransportFailure {
            if failure.mayHaveArrived, !request.isRepeatable {
                throw ConnectorError.uncertain(vendor: dialect.vendor, reason: failure.error.message)
            }
            switch failure.error {
            // The next attempt would end the same way.
            case .tooLarge, .barred: throw failure.error
            default: return .failed(failure.error)
            }
        }
        switch response.status {
        case 200..<300: return .answer(response)
        case 307, 308:
            guard let other = dialect.origin(after: response), other != origin.value else {
                throw ConnectorError.broken(
                    host: origin.value.host, reason: "it redirects to where nothing may be sent")
            }
            return .redirect(other)
        case 401 where token != nil: return .expired(response)
        case 429: return .busy(response)
        case 500...:
            let error = dialect.refusal(response, to: request)
            guard request.isRepeatable else {
                throw ConnectorError.uncertain(vendor: dialect.vendor, reason: error.message)
            }
            return response.status == 503 && dialect.wait(after: response, now: Date()) != nil
                ? .busy(response) : .failed(error)
        default: throw dialect.refusal(response, to: request)
        }
    }
}

/// What was tried for one request so far.
private struct Attempts {
    let settings: TransportSettings
    private var made = 1
    private var redirects = 0
    private var hasRenewed = false

    init(settings: TransportSettings) { self.settings = settings }

    /// True once: a second refusal is not about the token's age.
    mutating func mayRenew() -> Bool {
        defer { hasRenewed = true }
        return !hasRenewed
    }

    mutating func redirected(_ vendor: String) throws {
        redirects += 1
        guard redirects <= 3 else {
            throw ConnectorError.refused(vendor: vendor, status: 308, reason: "its regions redirect to each other")
        }
    }

    /// The wait before the next attempt, if there is one.
    ///
    /// - Parameters:
    ///   - seconds: what the vendor asks for.
    ///   - error: what to give up with; it gets the vendor's seconds where those are why.
    mutating func wait(asked seconds: Double?, _ error: (Double?) -> ConnectorError) throws -> Duration {
        made += 1
        let longest = Double(settings.longestWait.components.seconds)
        if let seconds, seconds > longest { throw error(seconds) }
        guard made <= settings.attempts else { throw error(seconds) }
        let own = settings.wait(before: made)
        return seconds.map { max(.seconds($0), .milliseconds(1)) } ?? own
    }
}
