import AgentProtocol
import Domain
import Foundation
import TestSupport
import Testing

@Suite(
    "Orders that the agent carries out", .blocking, .enabled(if: PatchRoot.canRun, "needs root, mmdebstrap and mounts"))
struct PatchTrustTests {
    @Test("an agent believes the key that it was told first, and another when the first one names it")
    func keys() async throws {
        try await PatchSite.with { site in
            try await site.enrol()
            try site.run()
            try site.server.changeKey(announced: false)
            let refused = try await site.outcome(site.server.order([.demo()]))
            #expect(refused.phase == .failed && refused.message.contains("believes"), "\(refused)")
            #expect(try await site.root.dpkg("demo") == "ii 1.0")
            #expect(site.server.reports.allSatisfy { $0.phase == .failed })
        }
        try await PatchSite.with { site in
            try await site.enrol()
            let agent = try site.run()
            try await waitUntil("it is there") { !site.server.heartbeats.isEmpty }
            let first = site.server.heartbeats.last?.patching?.key
            try site.server.changeKey(announced: true)
            #expect(try await site.outcome(site.server.order([.demo()])).phase == .done)
            agent.signal(15)
            _ = try await agent.end()
            let count = site.server.heartbeats.count
            try site.run()
            try await waitUntil("it is there again") { site.server.heartbeats.count > count }
            #expect(first != nil && site.server.heartbeats.last?.patching?.key != first)
        }
    }

    @Test("files of an order come by their address, go on where they broke off, and are those that were signed")
    func payloads() async throws {
        try await PatchSite.with([.init(name: "demo", version: "5.0", size: 400_000)]) { site in
            try await site.enrol()
            try site.run()
            let bytes = [UInt8](try Data(contentsOf: URL(filePath: site.repository.file("demo", "5.0"))))
            site.server.offer(bytes, as: "demo.deb", cut: true)
            func order(_ digest: String) -> PatchOrder {
                var order = site.server.order([.demo("5.0")], tool: .payload)
                order.payloads = [
                    .init(
                        name: "demo_5.0.deb", url: "\(site.server.url)/files/demo.deb", digest: digest,
                        bytes: Int64(bytes.count))
                ]
                order.bytesPerSecond = 10_000_000
                return order
            }
            let outcome = try await site.outcome(order(Digest.hexadecimal(bytes)))
            #expect(outcome.phase == .done, "\(outcome)")
            #expect(try await site.root.dpkg("demo") == "ii 5.0")
            let ranges = site.server.ranges
            #expect(ranges.count == 2 && ranges[0] == nil && ranges[1]?.hasPrefix("bytes=") == true, "\(ranges)")
            let forged = try await site.outcome(order(String(repeating: "0", count: 64)))
            // Nothing of it is missing by now.
            #expect(forged.phase == .done && !forged.hasChanged)
        }
        try await PatchSite.with { site in
            try await site.enrol()
            try site.run()
            let bytes = [UInt8](try Data(contentsOf: URL(filePath: site.repository.file("demo", "2.0"))))
            site.server.offer(bytes, as: "demo.deb")
            var order = site.server.order([.demo()], tool: .payload)
            order.payloads = [
                .init(
                    name: "demo.deb", url: "\(site.server.url)/files/demo.deb",
                    digest: String(repeating: "0", count: 64),
                    bytes: Int64(bytes.count))
            ]
            let outcome = try await site.outcome(order)
            #expect(outcome.phase == .failed && outcome.message.contains("not the file that was signed"), "\(outcome)")
            #expect(try await site.root.dpkg("demo") == "ii 1.0")
        }
    }
}
