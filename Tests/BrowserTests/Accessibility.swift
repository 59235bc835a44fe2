import Domain
import Foundation
import TestSupport

/// axe-core, fetched by `scripts/fetch-axe`, finds what keeps people from using a page.
struct Accessibility: Sendable {
    private let source: String

    private static var path: String { (ResourceLocator.root() ?? ".") + "/.build-axe/axe.min.js" }

    /// False where there was no network to fetch it.
    static var isThere: Bool { FileManager.default.fileExists(atPath: path) }

    init() throws { source = try String(contentsOfFile: Self.path, encoding: .utf8) }

    /// Serious and critical violations of WCAG 2.2 A and AA on the page, with where they are.
    func violations(_ browser: Browser) async throws -> [String] {
        try await browser.run(source + "\nwindow.axe = axe;")
        let answer = try await browser.run(
            """
            return axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] })
              .then((result) => result.violations.filter((v) => ["serious", "critical"].includes(v.impact))
                .map((v) => v.id + ": " + v.nodes.slice(0, 3).map((n) => n.html + " " + n.any.map((a) => a.message).join(" ")).join(" | ")))
            """)
        return answer.elements.compactMap(\.text)
    }
}
