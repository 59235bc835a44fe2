import Risk
import Testing

@Suite("Posture over an EDR's devices")
struct EDRPostureTests {
    private func posture(_ devices: Int, _ risk: Int, _ alerts: Int, _ critical: Int, _ unmet: Int) -> EDRPosture {
        EDRPosture(
            devices: devices, highRiskDevices: risk, activeAlerts: alerts, criticalVulnerabilities: critical,
            nonCompliantDevices: unmet)
    }

    /// Devices, those in danger, alerts, critical vulnerabilities, those that do not comply.
    struct Line: Sendable {
        let counts: [Int]
        let score: Double
    }

    private static let lines: [Line] = [
        // Nothing to complain of.
        Line(counts: [100, 0, 0, 0, 0], score: 100),
        // All devices in danger take 30, all of them non-compliant 20.
        Line(counts: [100, 100, 0, 0, 0], score: 70), Line(counts: [100, 0, 0, 0, 100], score: 80),
        // An alert for each tenth device takes half of 25, ten critical vulnerabilities half of theirs.
        Line(counts: [100, 0, 10, 0, 0], score: 87.5), Line(counts: [100, 0, 0, 10, 0], score: 87.5),
        // 3 + 4 + 25 × 0.05 / 0.15 + 25 × 5 / 15
        Line(counts: [100, 10, 5, 5, 20], score: 76.333_333_333_333), Line(counts: [1, 1, 0, 0, 1], score: 50),
    ]

    @Test("the formula, worked out by hand", arguments: lines)
    func table(line: Line) throws {
        let counts = line.counts
        let found = try #require(posture(counts[0], counts[1], counts[2], counts[3], counts[4]).score)
        #expect(abs(found - line.score) < 1e-9)
    }

    @Test("without devices nothing can be said")
    func empty() { #expect(posture(0, 0, 3, 4, 0).score == nil) }

    @Test("it never leaves 0 to 100, and more to complain of never makes it better")
    func bounds() throws {
        let steps = [0, 1, 5, 40, 1_000, 1_000_000]
        for devices in [1, 7, 1_000] {
            for first in steps {
                for second in steps {
                    let score = try #require(posture(devices, first, second, second, first).score)
                    #expect((0...100).contains(score))
                    for (risk, alerts, critical, unmet) in [(1, 0, 0, 0), (0, 1, 0, 0), (0, 0, 1, 0), (0, 0, 0, 1)] {
                        let worse = try #require(
                            posture(devices, first + risk, second + alerts, second + critical, first + unmet).score)
                        #expect(worse <= score)
                    }
                }
            }
        }
    }
}
