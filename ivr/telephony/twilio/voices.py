"""The languages the network itself can speak: a last resort, for prompts without any sound."""

# What the Say element offers (twilio.com/docs/voice/twiml/say/text-speech), one accent a language.
_OFFERED = """
    af-ZA ar-XA bg-BG bn-IN ca-ES cs-CZ cy-GB da-DK de-DE el-GR en-GB es-ES eu-ES fi-FI fr-FR gl-ES gu-IN
    he-IL hi-IN hu-HU id-ID is-IS it-IT ja-JP kn-IN ko-KR lt-LT lv-LV ml-IN mr-IN ms-MY nl-NL pa-IN pl-PL
    pt-PT ro-RO ru-RU sk-SK sr-RS sv-SE ta-IN te-IN th-TH tr-TR uk-UA vi-VN
"""
VOICES = {each.partition("-")[0]: each for each in _OFFERED.split()} | {"no": "nb-NO", "zh": "cmn-CN"}


def voice(language: str) -> str:
    """The language to write on Say; ours as it is where the network has none: another would be wrong."""
    return VOICES.get(language, language)
