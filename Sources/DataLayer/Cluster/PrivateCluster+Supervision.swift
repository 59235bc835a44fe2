import Domain

extension PrivateCluster {
    /// Starts PostgreSQL again whenever it dies, until cancelled.
    func supervise() async {
        while let server {
            let code = await server.process.wait()
            if Task.isCancelled { return }
            await restart(after: "it ended with status \(code)")
        }
    }

    private func restart(after reason: String) async {
        var reason = reason
        var attempt = 0
        while !Task.isCancelled {
            attempt += 1
            state = .restarting(attempt: attempt, reason: reason)
            logger.error(
                "PostgreSQL died and is started again", metadata: ["reason": "\(reason)", "attempt": "\(attempt)"])
            try? await Task.sleep(for: Self.delay(before: attempt))
            do {
                _ = try await launch()
                // stop() may have come while the new server was starting, and have stopped the old one only.
                if Task.isCancelled { await self.server?.stop() }
                return
            } catch let error as any UserFacingError {
                reason = error.message
            } catch {
                reason = "\(error)"
            }
        }
    }

    /// At once, then 0.2 s, 0.4 s, … up to 10 s.
    package static func delay(before attempt: Int) -> Duration {
        attempt <= 1 ? .zero : min(.milliseconds(100 << min(attempt - 1, 7)), .seconds(10))
    }
}
