import Domain
import FoundationEssentials
import Intelligence
import Logging
import ServiceLifecycle
import Store

/// Downloads newer intelligence once a day while the server runs. A site without a network costs a few
/// failed look-ups and a line in the log.
struct IntelligenceRefresh: Service {
    let store: Store
    let directory: String
    let logger: Logger
    let environment: [String: String]

    static let interval = Duration.seconds(24 * 3600)
    /// The first look comes after the start's own work.
    static let firstDelay = Duration.seconds(60)

    func run() async throws {
        await cancelWhenGracefulShutdown {
            var delay = Self.firstDelay
            while (try? await Task.sleep(for: delay * Double.random(in: 0.9...1.1))) != nil {
                await refresh()
                delay = Self.interval
            }
        }
    }

    private func refresh() async {
        do {
            let settings = try DownloadSettings(environment: environment)
            let failures = try await IntelligenceUpdate(
                store: store, directory: directory, settings: settings, sources: []
            ).run()
            if failures > 0 { logger.warning("\(failures) intelligence sources could not be had") }
        } catch {
            logger.warning(
                "intelligence could not be updated: \((error as? any UserFacingError)?.message ?? "\(error)")")
        }
    }
}
