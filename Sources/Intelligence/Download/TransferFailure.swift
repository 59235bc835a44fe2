import AsyncHTTPClient
import Domain
import FoundationEssentials
import Glibc
import NIOCore
import NIOPosix

/// Why an attempt at a feed failed, and whether another makes sense.
struct TransferFailure: Error {
    let error: IntelligenceError
    /// Nil where another attempt would end as this one.
    let retry: Retry?

    enum Retry {
        /// After our own growing wait.
        case backoff
        /// After what the server asks for.
        case after(seconds: Double)
    }

    /// How long to wait before the next attempt; nil where none is to be made.
    func wait(_ attempt: Int, _ settings: DownloadSettings) -> Duration? {
        switch retry {
        case nil: return nil
        case .after(let seconds):
            // Seconds beyond any patience would not fit a duration.
            return seconds <= Double(settings.longestWait.components.seconds) ? .seconds(seconds) : nil
        case .backoff:
            // Up to a quarter more or less keeps many installations from coming back at one moment.
            let growth = Double(1 << min(attempt - 1, 10)) * Double.random(in: 0.75...1.25)
            return min(settings.backoff * growth, settings.longestWait)
        }
    }

    init(_ error: IntelligenceError, retry: Retry? = nil) {
        self.error = error
        self.retry = retry
    }

    /// - Parameter error: what the client threw while a feed was asked for or received.
    init(client error: any Error, url: String, settings: DownloadSettings) {
        let host = URL(string: url)?.host() ?? url
        switch error {
        case let error as IntelligenceError: self.init(error)
        case let error as HTTPClientError: self.init(client: error, host: host, url: url, settings: settings)
        case let error as NIOConnectionError:
            let isUnknown = error.connectionErrors.isEmpty
            self.init(.offline(host: host, reason: isUnknown ? "its name is not known" : "it refuses the connection"))
        case let error as IOError where Self.unreachable.contains(error.errnoCode):
            self.init(.offline(host: host, reason: SystemReason.text(error.errnoCode)))
        default: self.init(.broken(url: url, reason: "the connection broke"), retry: .backoff)
        }
    }

    /// What the system answers when there is no way to a host.
    private static let unreachable: Set<Int32> = [ECONNREFUSED, EHOSTUNREACH, ENETUNREACH, ENETDOWN, EADDRNOTAVAIL]

    private init(client error: HTTPClientError, host: String, url: String, settings: DownloadSettings) {
        switch error {
        case .connectTimeout, .getConnectionFromPoolTimeout:
            let seconds = settings.connectTimeout.components.seconds
            self.init(.offline(host: host, reason: "no connection came about within \(seconds) s"))
        case .deadlineExceeded:
            self.init(.timedOut(url: url, seconds: Int(settings.deadline.components.seconds)))
        case .readTimeout:
            let seconds = settings.readTimeout.components.seconds
            self.init(.broken(url: url, reason: "nothing came for \(seconds) s"), retry: .backoff)
        case .remoteConnectionClosed:
            self.init(.broken(url: url, reason: "the connection broke"), retry: .backoff)
        default: self.init(.offline(host: host, reason: error.shortDescription.lowercased()))
        }
    }

    /// - Parameter response: one whose status is no success.
    init(_ response: HTTPClientResponse, url: String) {
        let status = Int(response.status.code)
        guard status == 408 || status == 429 || status >= 500 else {
            self.init(.refused(url: url, status: status))
            return
        }
        let seconds = response.headers.first(name: "Retry-After").flatMap { RetryAfter.seconds($0) }
        let isLong = seconds.map { $0 > 86_400 * 365 } ?? false
        self.init(
            .busy(url: url, status: status, seconds: isLong ? nil : seconds.map { Int($0.rounded(.up)) }),
            retry: seconds.map { .after(seconds: $0) } ?? .backoff)
    }
}
