/// Which Windows a release names: `10`, `11`, `server 2019`, or a build such as `10.0.22631`.
struct WindowsRelease {
    /// `windows_10`, `windows_11`, `windows_server_2019`.
    private let product: String

    init?(_ release: String) {
        let text = release.lowercased()
        let words = text.split { !$0.isLetter && !$0.isNumber }.map(String.init)
        if let place = words.firstIndex(of: "server"), place + 1 < words.count {
            product = "windows_server_\(words[place + 1])"
        } else if words.count >= 3, words[0] == "10", words[1] == "0", let build = Int(words[2]) {
            // Windows 11 is the builds from 22000 on; its version number still begins with 10.0.
            product = build >= 22_000 ? "windows_11" : "windows_10"
        } else if let name = words.first(where: { ["7", "8", "10", "11"].contains($0) }) {
            product = "windows_\(name)"
        } else {
            return nil
        }
    }

    /// A name with an update (`windows_10_22h2`) may be meant or not: releases do not tell updates.
    func isNamed(_ name: String) -> Truth {
        if name == product { return .yes }
        return name.hasPrefix(product + "_") ? .unknown : .no
    }
}
