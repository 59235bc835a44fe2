import Foundation
import Scanner

/// Identifying what application lists report, in memory.
struct IdentifyRates: BenchmarkGroup {
    static let name = "identify"
    static let summary = "what application lists report, to CPE names, with 20,000 products known"

    func run(_ bench: Bench) async throws {
        var dictionary = ProductDictionary()
        dictionary.add(lines: (0..<20_000).map { "vendor\($0 / 3):product\($0)" }.joined(separator: "\n"))
        let identifier = SoftwareIdentifier(dictionary: dictionary)
        let reports = (0..<10_000).map { Self.report($0) }
        try await bench.measure("identify.rate", unit: "reports/s", required: .atLeast(100_000)) {
            Self.rate(identifier, reports)
        }
    }

    /// One of three is identified by its vendor, one by its bundle id, one not at all.
    private static func report(_ number: Int) -> SoftwareDescription {
        let vendor = "vendor\(number / 3)"
        return switch number % 3 {
        case 0: SoftwareDescription(name: "Product\(number)", version: "1.\(number)", vendor: "\(vendor) Inc.")
        case 1:
            SoftwareDescription(
                name: "Product\(number).app", version: "1.\(number)", bundleIdentifier: "com.\(vendor).product",
                source: "apps")
        default:
            SoftwareDescription(name: "Another Tool \(number)", version: "2.0", vendor: "Somebody", source: "programs")
        }
    }

    /// On one processor.
    private static func rate(_ identifier: SoftwareIdentifier, _ reports: [SoftwareDescription]) -> Double {
        let clock = ContinuousClock()
        let start = clock.now
        var found = 0
        for report in reports {
            if case .identified = identifier.identify(report) { found += 1 }
        }
        precondition(found > reports.count / 2)
        return Double(reports.count) / (clock.now - start).seconds
    }
}
