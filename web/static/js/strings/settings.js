// The model, or the lack of one, and the operator's settings.
export const model = {
  none: "No model",
  noneMeans: ": answers are quotes",
  noneTitle: "No language model is connected",
  noneText: [
    "Footnote picks the sentences that best answer a question and quotes them word for word. Nothing is written by a model, and nothing leaves this machine.",
    "With a model, answers are written in full sentences, and each one still carries its footnotes.",
  ],
  title: (name) => `Answers are written by ${name}`,
  text: "Every sentence that it writes is checked against the words it cites.",
};

export const connect = {
  title: "Connect a model",
  changeTitle: "Connect another model",
  how: "Start Footnote with two variables of the environment, for example:",
  notYet: "This version of Footnote works without a model only.",
  provider: "Provider",
  providers: [
    { name: "OpenAI", lines: ["FOOTNOTE_MODEL=openai:NAME", "OPENAI_API_KEY=…"] },
    { name: "Anthropic", lines: ["FOOTNOTE_MODEL=anthropic:NAME", "ANTHROPIC_API_KEY=…"] },
    { name: "Google", lines: ["FOOTNOTE_MODEL=googleai:NAME", "GEMINI_API_KEY=…"] },
    { name: "Mistral", lines: ["FOOTNOTE_MODEL=mistral:NAME", "MISTRAL_API_KEY=…"] },
    { name: "Ollama, on this machine", lines: ["FOOTNOTE_MODEL=ollama:NAME"] },
    { name: "Any server that speaks OpenAI's protocol", lines: ["FOOTNOTE_MODEL=NAME", "FOOTNOTE_MODEL_URL=ADDRESS/v1", "FOOTNOTE_MODEL_KEY=…"] },
  ],
  reader: ["A cheaper model can do the reading while the first one writes:", "FOOTNOTE_READER_MODEL=PROVIDER:NAME"],
  keys: "Keys stay on the server: this page never sees them.",
};

export const settings = {
  title: "Settings",
  open: "Settings",
  back: "Back to the questions",
  operator: "Settings of this server",
  operatorWhy: "They are the operator's: set when Footnote starts, and shown here as they are in force.",
  setting: "Setting", value: "Value", source: "From",
  unset: "not set",
  sources: { default: "Default", flag: "Flag" },
  environment: "Environment",
  about: "About",
  version: "Version",
  formats: "Reads",
  upload: "Largest file",
  api: "HTTP API",
  apiDocs: "Addresses and errors",
  apiSpec: "OpenAPI document",
};
