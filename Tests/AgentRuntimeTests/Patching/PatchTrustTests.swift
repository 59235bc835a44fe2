import AgentProtocol
import Domain
import Foundation
import TestSupport
import Testing

@Suite(
    "Orders that the agent carries out", .blocking, .enabled(if: PatchRoot.canRun, "needs root, python3 and mounts"))
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

    /// An order that is not what the agent's key has signed for it now.
    private struct Forgery: Sendable {
        let name: String
        /// What the server hears of it; nil where nothing is said, because the same order may be a good one elsewhere.
        let told: String?
        let sign: PatchServer.Signing

        /// Signed by the right key, with other content.
        static func changed(
            _ name: String, told: String? = nil, _ change: @escaping @Sendable (inout PatchOrder) -> Void
        ) -> Self {
            Self(name: name, told: told) { order, key in
                var order = order
                change(&order)
                return try key.sign(order)
            }
        }

        /// Changed behind the signature.
        static func tampered(_ name: String, _ change: @escaping @Sendable (inout PatchOrder) -> Void) -> Self {
            Self(name: name, told: "signature") { order, key in
                var signed = try key.sign(order)
                var order = order
                change(&order)
                signed.order = Data(try AgentJSON.encode(order))
                return signed
            }
        }
    }

    private static let forgeries: [Forgery] = [
        .changed("another tenant's") { $0.tenant = .make() },
        .changed("another agent's") { $0.agent = .make() },
        .changed("one that answers another heartbeat") { $0.nonce = UUID() },
        .changed("one that is over") { $0.expires = $0.issued },
        .changed("one whose package is an option", told: "is no name of a package") {
            $0.packages[0].name = "-oDir::Etc=/tmp"
        },
        .tampered("another version") { $0.packages[0].version = "1.5" },
        .tampered("another package") { $0.packages[0].name = "libdemo" },
        .tampered("a later end") { $0.expires = $0.expires.addingTimeInterval(86_400) },
        .tampered("a restart") { $0.reboot = RebootPolicy(.forced, noticeMinutes: 0) },
        Forgery(name: "another tenant's key", told: "believes") { order, _ in try OrderSigningKey().sign(order) },
        Forgery(name: "another tenant's key under this one's name", told: "signature") { order, key in
            var signed = try OrderSigningKey().sign(order)
            signed.key = key.publicKey.id
            return signed
        },
        Forgery(name: "this key under another name", told: "believes") { order, key in
            var signed = try key.sign(order)
            signed.key = OrderSigningKey().publicKey.id
            return signed
        },
        Forgery(name: "no signature", told: "signature") { order, key in
            var signed = try key.sign(order)
            signed.signature = Data()
            return signed
        },
    ]

    @Test("a forged order begins nothing, and a good one beside it is carried out")
    func forged() async throws {
        try await PatchSite.with { site in
            try await site.enrol()
            try site.run()
            for forgery in Self.forgeries {
                let order = site.server.order([.demo()])
                site.server.hand(order, forgery.sign)
                try await site.heartbeats(2)
                let reports = site.server.reports.filter { $0.job == order.job }
                if let told = forgery.told {
                    let isTold = reports.allSatisfy { $0.phase == .failed && $0.message.contains(told) }
                    #expect(!reports.isEmpty && isTold, "\(forgery.name): \(reports)")
                } else {
                    #expect(reports.isEmpty, "\(forgery.name): \(reports)")
                }
                #expect(site.root.read(site.journal(order.job, "record.json")) == nil, "\(forgery.name)")
                site.server.withdraw(order.job)
            }
            #expect(try await site.root.dpkg("demo") == "ii 1.0")
            #expect(try await site.outcome(site.server.order([.demo()])).phase == .done)
        }
    }

    @Test("files of an order come by their address, go on where they broke off, and are those that were signed")
    func payloads() async throws {
        try await PatchSite.with([.init(name: "demo", version: "5.0", size: 400_000)]) { site in
            try await site.enrol()
            try site.run()
            let bytes = [UInt8](try Data(contentsOf: URL(filePath: site.repository.file("demo", "5.0"))))
            site.server.offer(bytes, as: "demo.deb", flaw: .cut)
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

    @Test("a file that comes in answers that are too short is put together; one that never comes whole is told")
    func shortAnswers() async throws {
        try await PatchSite.with([.init(name: "demo", version: "5.0", size: 300_000)]) { site in
            try await site.enrol()
            try site.run()
            let bytes = [UInt8](try Data(contentsOf: URL(filePath: site.repository.file("demo", "5.0"))))
            func order(_ attempt: Int) -> PatchOrder {
                var order = site.server.order([.demo("5.0")], attempt: attempt, tool: .payload)
                order.payloads = [
                    .init(
                        name: "demo_5.0.deb", url: "\(site.server.url)/files/demo.deb",
                        digest: Digest.hexadecimal(bytes), bytes: Int64(bytes.count))
                ]
                return order
            }
            site.server.offer(bytes, as: "demo.deb", flaw: .half)
            let half = try await site.outcome(order(1))
            #expect(half.phase == .failed && !half.hasChanged, "\(half)")
            #expect(half.message.contains("has \(bytes.count / 2) bytes and not the \(bytes.count)"), "\(half)")
            let asked = site.server.ranges.count
            site.server.offer(bytes, as: "demo.deb", flaw: .short)
            let outcome = try await site.outcome(order(2))
            #expect(outcome.phase == .done, "\(outcome)")
            #expect(try await site.root.dpkg("demo") == "ii 5.0")
            #expect(site.server.ranges.count == asked + 3, "\(site.server.ranges)")
        }
    }
}
