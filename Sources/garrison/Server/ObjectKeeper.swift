import API
import Logging
import ServiceLifecycle

/// Removes from the object store what nothing needs any more; several, in this process or others, share it.
struct ObjectKeeper: Service {
    let shelf: PatchShelf
    let logger: Logger

    static let interval = Duration.seconds(600)

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                await look()
                try? await Task.sleep(for: Self.interval)
            }
        }
    }

    private func look() async {
        do {
            let (removed, uploads) = (try await shelf.sweep(), try await shelf.discardUnfinishedUploads())
            if removed + uploads > 0 {
                logger.info("objects are removed", metadata: ["objects": "\(removed)", "uploads": "\(uploads)"])
            }
        } catch {
            if !Task.isCancelled { logger.warning("cannot clear up the object store: \(error)") }
        }
    }
}
