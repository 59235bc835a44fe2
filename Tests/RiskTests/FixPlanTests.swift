import Risk
import Testing
import TestRandomness

@Suite("Which updates first")
struct FixPlanTests {
    private static func update(_ name: String, _ risk: Double, _ endpoints: Int, reboots: Bool) -> FixPlan.Update {
        FixPlan.Update(
            ecosystem: "debian:12", package: name, risk: risk, endpoints: endpoints, findings: 1, needsReboot: reboots)
    }

    private static func candidates(_ random: inout SeededRandom) -> [FixPlan.Update] {
        (0..<Int.random(in: 1...12, using: &random)).map { number in
            update(
                "package-\(number)", Double(Int.random(in: 0...500, using: &random)),
                Int.random(in: 1...20, using: &random), reboots: Bool.random(using: &random))
        }
    }

    /// Every choice with what it removes, costs and counts.
    private static func choices(_ candidates: [FixPlan.Update]) -> [(risk: Double, reboots: Int, count: Int)] {
        (0..<1 << candidates.count).map { mask in
            let chosen = candidates.indices.filter { mask >> $0 & 1 == 1 }.map { candidates[$0] }
            return (
                chosen.reduce(0) { $0 + $1.risk }, chosen.reduce(0) { $0 + $1.reboots }, chosen.count
            )
        }
    }

    @Test("no choice of as many updates that costs no more reboots removes more risk")
    func prefixesAreOptimal() {
        var random = SeededRandom(seed: 21)
        for _ in 0..<60 {
            let candidates = Self.candidates(&random)
            let choices = Self.choices(candidates)
            for count in 1...candidates.count {
                let plan = FixPlan(from: candidates, count: count)
                let best = choices.filter { $0.reboots <= plan.reboots && $0.count <= count }.map(\.risk).max() ?? 0
                #expect(plan.risk == best, "\(candidates)")
            }
        }
    }

    @Test("within a limit of reboots it removes at least half of what is possible")
    func half() {
        var random = SeededRandom(seed: 22)
        for _ in 0..<200 {
            let candidates = Self.candidates(&random)
            let limit = Int.random(in: 0...80, using: &random)
            let plan = FixPlan(from: candidates, count: candidates.count, reboots: limit)
            let best = Self.choices(candidates).filter { $0.reboots <= limit }.map(\.risk).max() ?? 0
            #expect(plan.reboots <= limit && plan.risk * 2 >= best, "\(candidates) within \(limit)")
        }
    }

    @Test("nothing within the limits removes more than the bound")
    func bound() {
        var random = SeededRandom(seed: 23)
        for _ in 0..<200 {
            let candidates = Self.candidates(&random)
            let (limit, count) = (Int.random(in: 0...80, using: &random), Int.random(in: 1...12, using: &random))
            let plan = FixPlan(from: candidates, count: count, reboots: limit)
            let best =
                Self.choices(candidates).filter { $0.reboots <= limit && $0.count <= count }.map(\.risk).max() ?? 0
            #expect(plan.updates.count <= count && plan.reboots <= limit)
            #expect(plan.risk <= best && best <= plan.bound + 1e-9, "\(candidates)")
        }
    }

    @Test("updates without a reboot come first, then by risk for each reboot")
    func order() {
        let plan = FixPlan(
            from: [
                Self.update("kernel", 1000, 10, reboots: true), Self.update("glibc", 900, 3, reboots: true),
                Self.update("curl", 5, 10, reboots: false), Self.update("bash", 50, 10, reboots: false),
            ], count: 4)
        #expect(plan.updates.map(\.package) == ["bash", "curl", "glibc", "kernel"])
        #expect(plan.reboots == 13 && plan.risk == 1955)
    }

    @Test(
        "kernels, the C library and the first process need a reboot; so does every system update",
        arguments: [
            ("linux", "debian:12", true), ("linux-image-6.1", "debian:12", true), ("kernel", "rocky:9", true),
            ("glibc", "debian:12", true), ("systemd", "ubuntu:24.04", true), ("openssl", "debian:12", false),
            ("KB5034441", "windows:11", true), ("macOS", "macos:14", true), ("kernelshark", "debian:12", false),
        ])
    func reboots(_ package: String, _ ecosystem: String, _ expected: Bool) {
        #expect(FixPlan.needsReboot(package, ecosystem: ecosystem) == expected)
    }
}
