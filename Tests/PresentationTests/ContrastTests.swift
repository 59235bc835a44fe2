import Glibc
import Presentation
import Testing

/// Text can be read: WCAG 2.2 success criterion 1.4.3.
@Suite("Contrast")
struct ContrastTests {
    /// Relative luminance of `#rrggbb` (WCAG 2.2, definitions).
    private static func luminance(_ colour: String) -> Double {
        let value = Int(String(colour.dropFirst()), radix: 16) ?? 0
        let channels = [value >> 16 & 0xFF, value >> 8 & 0xFF, value & 0xFF].map { (byte: Int) -> Double in
            let part = Double(byte) / 255
            return part <= 0.04045 ? part / 12.92 : pow((part + 0.055) / 1.055, 2.4)
        }
        return 0.2126 * channels[0] + 0.7152 * channels[1] + 0.0722 * channels[2]
    }

    private static func contrast(_ first: String, _ second: String) -> Double {
        let (a, b) = (luminance(first), luminance(second))
        return (max(a, b) + 0.05) / (min(a, b) + 0.05)
    }

    private static let colours = Dictionary(uniqueKeysWithValues: Palette.colours.map { ($0.name, $0) })

    @Test("text stands out from what it is set on by 4.5, light and dark")
    func text() throws {
        for pair in Palette.textPairs {
            let text = try #require(Self.colours[pair.text])
            let background = try #require(Self.colours[pair.background])
            #expect(Self.contrast(text.light, background.light) >= 4.5, "\(pair) light")
            #expect(Self.contrast(text.dark, background.dark) >= 4.5, "\(pair) dark")
        }
    }

    @Test("severities differ in brightness, for those who see no hues")
    func severities() throws {
        let fills = try ["critical", "high", "medium"].map { try #require(Self.colours["\($0)-fill"]) }
        for (darker, lighter) in zip(fills, fills.dropFirst()) {
            #expect(Self.contrast(darker.light, lighter.light) > 1.5)
        }
    }

    @Test("the style sheet uses no colour variable that the palette lacks")
    func complete() {
        let used = Set(Stylesheet.css.matches(of: /var\(--([a-z-]+)\)/).map { String($0.output.1) })
        #expect(used.subtracting(Self.colours.keys).isEmpty)
    }
}
