/// What the source of a description says by itself: the registry its names are of, or the program
/// it extends.
struct SoftwareSource {
    /// The purl type of a registry: `npm`.
    let registry: String?
    /// The `target_sw` that NVD uses for parts of the program or language: `node.js`.
    let target: String?
    let isHomebrew: Bool
    /// The system that the source exists on; nil when it tells nothing.
    let family: SystemFamily?

    init(_ source: String?, platform: String?) {
        let word = (source ?? "").lowercased()
        let entry = Self.table[word]
        registry = entry?.registry
        target = entry?.target
        isHomebrew = word.hasPrefix("homebrew") || word == "brew"
        family = Self.family(of: word) ?? platform.flatMap { Self.family(platform: $0.lowercased()) }
    }

    private static func family(of source: String) -> SystemFamily? {
        switch source {
        case "apps", "app", "macos-app", "homebrew", "homebrew_packages", "brew": .macos
        case "programs", "program", "windows-program", "chocolatey_packages", "windows": .windows
        default: nil
        }
    }

    private static func family(platform: String) -> SystemFamily? {
        SystemFamily(of: .init(family: platform))
    }

    private struct Entry {
        var registry: String?
        var target: String?
    }

    private static let table: [String: Entry] = [
        "python_packages": Entry(registry: "pypi", target: "python"),
        "pypi": Entry(registry: "pypi", target: "python"),
        "npm_packages": Entry(registry: "npm", target: "node.js"), "npm": Entry(registry: "npm", target: "node.js"),
        "gem_packages": Entry(registry: "gem", target: "ruby"), "gem": Entry(registry: "gem", target: "ruby"),
        "go_binaries": Entry(registry: "golang", target: "go"), "go": Entry(registry: "golang", target: "go"),
        "cargo_packages": Entry(registry: "cargo", target: "rust"), "cargo": Entry(registry: "cargo", target: "rust"),
        "maven": Entry(registry: "maven"), "nuget": Entry(registry: "nuget", target: ".net"),
        "composer": Entry(registry: "composer", target: "php"), "deb_packages": Entry(registry: "deb"),
        "deb": Entry(registry: "deb"), "rpm_packages": Entry(registry: "rpm"), "rpm": Entry(registry: "rpm"),
        "apk": Entry(registry: "apk"), "portage_packages": Entry(registry: "ebuild"),
        "vscode_extensions": Entry(target: "visual_studio_code"),
        "vscode_extension": Entry(target: "visual_studio_code"),
        "chrome-extension": Entry(target: "chrome"), "vscode-extension": Entry(target: "visual_studio_code"),
        "chrome_extensions": Entry(target: "chrome"), "chrome_extension": Entry(target: "chrome"),
        "firefox_addons": Entry(target: "firefox"), "firefox_extension": Entry(target: "firefox"),
        "safari_extensions": Entry(target: "safari"), "jetbrains_plugins": Entry(target: "jetbrains"),
        "ie_extensions": Entry(target: "internet_explorer"),
    ]
}
