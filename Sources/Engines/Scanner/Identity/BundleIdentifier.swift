/// A reverse domain name, `com.docker.docker`, and whose it is.
struct BundleIdentifier {
    /// Texts that name its owner: `docker`; of a short one also the domain, `rocketchat` of `chat.rocket`.
    let owners: [String]

    init(_ text: String) {
        let parts = text.lowercased().split(separator: ".").map { $0.filter { $0.isLetter || $0.isNumber } }
        guard parts.count > 1 else {
            owners = []
            return
        }
        // Code hosts lend their domain to everybody.
        let isHosted = parts.count > 2 && ["github", "gitlab", "sourceforge", "todesktop"].contains(parts[1])
        let owner = isHosted ? parts[2] : parts[1]
        owners = [owner, parts[1] + parts[0]]
    }
}
