import ServiceLifecycle

/// Lets the demonstration's vendors see new things, now and then.
struct DemoLife: Service {
    let vendors: [DemoVendor]

    private static let pace = Duration.seconds(15)

    func run() async throws {
        await cancelWhenGracefulShutdown {
            var seed: UInt64 = 1
            while !Task.isCancelled {
                try? await Task.sleep(for: Self.pace)
                for vendor in vendors {
                    vendor.live(2, seed)
                    seed &+= 1
                }
            }
        }
        for vendor in vendors { await vendor.stop() }
    }
}
