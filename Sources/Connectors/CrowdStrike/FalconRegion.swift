/// CrowdStrike's clouds and where their interfaces are. An account lives in one of them; the others redirect to it.
enum FalconRegion {
    static let published: [String: String] = [
        "us-1": "https://api.crowdstrike.com",
        "us-2": "https://api.us-2.crowdstrike.com",
        "us-3": "https://api.us-3.crowdstrike.com",
        "eu-1": "https://api.eu-1.crowdstrike.com",
        "us-gov-1": "https://api.laggar.gcw.crowdstrike.com",
    ]
}
